using Recsys.Inference.Artefacts;
using Recsys.Serving.Models;

namespace Recsys.Tests.Serving.Learning;

public sealed class PromotionGateTests
{
    private static readonly SessionSettings Bare = new() { EmbeddingSize = 8, HiddenSize = 8, Blocks = 1, FeedForwardMultiple = 4 };

    [Theory]
    [InlineData(0.20, 0.20, 0.01, true)]
    [InlineData(0.19, 0.20, 0.01, true)]
    [InlineData(0.17, 0.20, 0.01, false)]
    [InlineData(0, 0, 0, false)]
    public void A_model_passes_that_is_not_worse_beyond_chance_and_of_which_something_is_known(double ndcg, double live, double error, bool passes)
    {
        var candidate = Manifest(Bare) with { Comparison = new() { Users = 50, Ndcg = ndcg, BaselineNdcg = live, StandardError = error } };
        Assert.Equal(passes, PromotionGate.Judge(candidate, Manifest(Bare), "session-1").IsPassed);
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
        Assert.True(PromotionGate.Judge(live, Manifest(Bare), "session-1").IsPassed);
    }

    private static ArtefactManifest Manifest(SessionSettings settings) => new()
    {
        Created = DateTimeOffset.UnixEpoch,
        CodeVersion = "test",
        Settings = settings,
        Data = new() { Users = 1, Items = 1, Interactions = 1, FirstTimeMs = 0, LastTimeMs = 0 },
    };
}
