using Microsoft.Extensions.Time.Testing;
using Recsys.Serving;

namespace Recsys.Tests.Serving.Learning;

public sealed class StoreLeaseTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(80, true)] // the holder's clock is ahead by that
    [InlineData(100, false)]
    [InlineData(31_536_000, false)]
    [InlineData(-90, false)]
    public void Lease_when_its_end_is_further_than_any_can_be_is_over(int secondsAhead, bool isOthers)
    {
        var (time, ahead) = (new FakeTimeProvider(), new FakeTimeProvider(new FakeTimeProvider().GetUtcNow().AddSeconds(secondsAhead)));
        Assert.Equal(isOthers, StoreLease.IsOthers("a", StoreLease.EndMs(ahead), "b", time));
        Assert.False(StoreLease.IsOthers("a", StoreLease.EndMs(ahead), "a", time));
    }
}
