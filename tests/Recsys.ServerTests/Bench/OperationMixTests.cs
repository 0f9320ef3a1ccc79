using Recsys.Server.Bench;

namespace Recsys.ServerTests.Bench;

/// <summary>Which operation comes next.</summary>
public sealed class OperationMixTests
{
    [Fact]
    public void Operations_when_many_have_the_shares_that_were_asked_for()
    {
        const int count = 100_000;
        var mix = OperationMix.Parse("events=80,recommend=15,similar=5");
        var random = new Random(1);
        var drawn = Enumerable.Range(0, count).Select(_ => mix.Next(random)).CountBy(kind => kind).ToDictionary();

        // Within five standard errors.
        Assert.InRange(drawn[OperationKind.Events], 79_300, 80_700);
        Assert.InRange(drawn[OperationKind.Recommend], 14_400, 15_600);
        Assert.InRange(drawn[OperationKind.Similar], 4_650, 5_350);
    }

    [Fact]
    public void Operations_when_left_out_of_the_mix_never_come()
    {
        var mix = OperationMix.Parse("similar=2, recommend=6");
        var random = new Random(1);
        Assert.Equal([OperationKind.Recommend, OperationKind.Similar], Enumerable.Range(0, 1_000).Select(_ => mix.Next(random)).Distinct().Order());
        Assert.Equal(0.25, mix.ShareOf(OperationKind.Similar), tolerance: 1e-12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("events=0")]
    [InlineData("events")]
    [InlineData("event=5")]
    [InlineData("events=-5")]
    [InlineData("events=5,events=6")]
    [InlineData("event_to_list=5")]
    public void Mix_when_it_is_none_is_refused(string text) => Assert.Throws<FormatException>(() => OperationMix.Parse(text));
}
