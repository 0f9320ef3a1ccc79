using Recsys.Serving.Lists;

namespace Recsys.Tests.Serving;

public sealed class AudienceTests
{
    [Theory]
    [InlineData(null, 12)]
    [InlineData(18, 12)]
    [InlineData(7, 7)]
    [InlineData(0, 0)]
    public void Ceiling_is_the_strictest_of_the_request_and_all_profiles_whatever_their_order(int? requested, int? strictest)
    {
        Listener[] family = [Of(16), Of(12), new(null, null), Of(null), Of(21)];
        Assert.Equal(strictest, new Audience(family, 0).MaturityCeiling(requested));
        Assert.Equal(strictest, new Audience([.. family.Reverse()], 0).MaturityCeiling(requested));
        Assert.Equal(requested, new Audience([Of(null)], 0).MaturityCeiling(requested));

        static Listener Of(int? ceiling) => new(new() { UserId = "u", MaturityCeiling = ceiling }, null);
    }
}
