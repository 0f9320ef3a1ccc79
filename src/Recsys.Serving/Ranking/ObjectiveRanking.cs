using Recsys.Inference.Ranker;
using Recsys.Serving.Live;
using Recsys.Serving.Retrieval;

namespace Recsys.Serving.Ranking;

/// <summary>
/// Ranks for something else than plays: by the probability of a play times what a play of the item is worth, of which candidates' logits become the logarithms. Where nobody knows what the
/// logits say of the odds, they count as logarithms of probabilities but for a constant, which is what the fit to held-out targets makes of them.
/// </summary>
internal static class ObjectiveRanking
{
    /// <summary>Changes the logits.</summary>
    /// <param name="scratch">With logits.</param>
    /// <param name="model">The live model.</param>
    /// <param name="ranker">What made them; null: the sources did.</param>
    /// <param name="objective">What for.</param>
    public static void Apply(ListScratch scratch, LiveModel model, RankerNetwork? ranker, RankingObjective objective)
    {
        // A single source's own scores are no odds of anything.
        if (model.Sources.Facts is not { } facts || (ranker is null && !scratch.On[(int)ModelSource.Session])) return;
        var calibration = ranker is null ? null : model.Sources.Calibration;
        for (var i = 0; i < scratch.Pool.Count; i++)
        {
            ref var logit = ref scratch.Logits[i];
            logit = (calibration?.LogProbability(logit) ?? logit) + facts.WorthOfPlay(scratch.Pool.Items[i], objective);
        }
    }
}
