using Recsys.Inference.Partners;

namespace Recsys.Inference.Evaluation;

/// <summary>NDCG of held-out targets one by one, by which settings of simple recommenders are chosen. Ties count against the target.</summary>
internal static class TargetGains
{
    /// <summary>Length of the list.</summary>
    internal const int Cutoff = 10;

    /// <summary>Scores all items as a case's next one. Called from several threads at once.</summary>
    /// <param name="index">Which case.</param>
    /// <param name="scores">(N), zeros.</param>
    internal delegate void Scorer(int index, Span<float> scores);

    /// <summary>Each case's NDCG at <see cref="Cutoff"/>.</summary>
    /// <param name="cases">Held-out targets.</param>
    /// <param name="itemCount">N.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="score">The recommender.</param>
    /// <param name="cancel">Ends the work early.</param>
    internal static double[] Of(IReadOnlyList<BlendCase> cases, int itemCount, bool excludeSeen, Scorer score, CancellationToken cancel)
    {
        var gains = new double[cases.Count];
        Parallel.For(0, gains.Length, new ParallelOptions { CancellationToken = cancel }, () => new float[itemCount], (c, _, scores) =>
        {
            Array.Clear(scores);
            score(c, scores);
            if (excludeSeen) RankingMetrics.Exclude(scores, cases[c].History, cases[c].Target);
            gains[c] = RankingMetrics.Ndcg(RankingMetrics.Rank(scores, cases[c].Target), Cutoff);
            return scores;
        }, _ => { });
        return gains;
    }
}
