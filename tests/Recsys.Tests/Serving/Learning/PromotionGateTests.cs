using Recsys.Inference.Artefacts;
using Recsys.Serving.Models;

namespace Recsys.Tests.Serving.Learning;

public sealed class PromotionGateTests
{
    private static readonly SessionSettings Bare = new() { EmbeddingSize = 8, HiddenSize = 8, Blocks = 1, FeedForwardMultiple = 4 };

    [Theory]
    [InlineData(0.20, 0.20, 0.01, true)]
    [InlineData(0.21, 0.20, 0.10, true)] // better, if anything
    [InlineData(0.195, 0.20, 0.005, true)] // with 95 % less than a tenth below
    [InlineData(0.195, 0.20, 0.001, false)] // a little worse beyond chance: such losses would add up
    [InlineData(0.19, 0.20, 0.01, false)] // could be a tenth below
    [InlineData(0.0068, 0.0116, 0.0037, false)] // 42 % below, within two standard errors
    [InlineData(0.17, 0.20, 0.01, false)]
    [InlineData(0, 0, 0, false)]
    public void A_model_passes_that_is_shown_to_be_about_as_good_at_least(double ndcg, double live, double error, bool passes)
    {
        var candidate = Manifest(Bare) with { Comparison = new() { Users = 50, Ndcg = ndcg, BaselineNdcg = live, StandardError = error } };
        Assert.Equal(passes, PromotionGate.Judge(candidate, Manifest(Bare), "session-1").IsPassed);
    }

    [Fact]
    public void A_model_of_which_nobody_can_tell_passes_only_in_the_place_of_one_that_is_out_of_date()
    {
        var live = Manifest(Bare);
        var close = live with { Comparison = new() { Users = 40, Ndcg = 0.19, BaselineNdcg = 0.2, StandardError = 0.02 } };
        foreach (var candidate in new[] { live, close })
        {
            var (isPassed, verdict) = PromotionGate.Judge(candidate, live, "session-1");
            Assert.False(isPassed);
            Assert.StartsWith("can't tell yet: ", verdict, StringComparison.Ordinal);
            Assert.True(Judge(data => data with { LastTimeMs = 7 * 86_400_000L }));
            Assert.False(Judge(data => data with { LastTimeMs = (7 * 86_400_000L) - 1 }));
            Assert.True(Judge(data => data with { Items = 125 }));
            Assert.False(Judge(data => data with { Items = 124 }));
            Assert.True(Judge(data => data with { Interactions = 200 }));
            Assert.False(Judge(data => data with { Interactions = 199 }));

            bool Judge(Func<TrainingDataSummary, TrainingDataSummary> newer) => PromotionGate.Judge(candidate with { Data = newer(candidate.Data) }, live, "session-1").IsPassed;
        }

        // (1.645 x 0.02 / 0.02)^2 x 40.
        Assert.Contains("it takes about 109 users to tell", PromotionGate.Judge(close, live, "session-1").Verdict, StringComparison.Ordinal);
        var worse = close with { Comparison = close.Comparison! with { Ndcg = 0.15 }, Data = close.Data with { Interactions = 1_000 } };
        Assert.False(PromotionGate.Judge(worse, live, "session-1").IsPassed);
    }

    [Fact]
    public void A_model_that_lost_a_source_of_the_live_one_is_refused_however_good_its_network_is()
    {
        var live = Manifest(Bare with { Taste = new(), Linear = true });
        var candidate = Manifest(Bare) with { Comparison = new() { Users = 50, Ndcg = 0.3, BaselineNdcg = 0.2, StandardError = 0.01 } };
        var (isPassed, verdict) = PromotionGate.Judge(candidate, live, "session-1");
        Assert.False(isPassed);
        Assert.Contains("no taste and no linear weights, which session-1 has", verdict, StringComparison.Ordinal);
        Assert.True(PromotionGate.Judge(live with { Comparison = candidate.Comparison }, live, "session-1").IsPassed);
        Assert.True(PromotionGate.Judge(live with { Comparison = candidate.Comparison }, Manifest(Bare), "session-1").IsPassed);
    }

    private static ArtefactManifest Manifest(SessionSettings settings) => new()
    {
        Created = DateTimeOffset.UnixEpoch,
        CodeVersion = "test",
        Settings = settings,
        Data = new() { Users = 1, Items = 100, Interactions = 100, FirstTimeMs = 0, LastTimeMs = 0 },
    };
}
