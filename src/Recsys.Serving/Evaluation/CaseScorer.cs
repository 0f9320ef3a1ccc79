using Recsys.Inference.Evaluation;
using Recsys.Inference.Index;

namespace Recsys.Serving.Evaluation;

/// <summary>Ranks all items for all cases by one recommender, on all processors.</summary>
internal static class CaseScorer
{
    /// <summary>Scores all items for a case.</summary>
    /// <param name="one">The case.</param>
    /// <param name="scores">By dense id; higher is better.</param>
    internal delegate void Score(EvaluationCase one, Span<float> scores);

    /// <summary>Each case's rank and list.</summary>
    /// <param name="cases">Whom to rank for.</param>
    /// <param name="itemCount">Items ranked.</param>
    /// <param name="score">The recommender; called from several threads.</param>
    /// <param name="onDone">Called after each case, from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<RankedCases> RankAsync(
        IReadOnlyList<EvaluationCase> cases, int itemCount, Score score, Action onDone, CancellationToken cancellationToken)
    {
        var ranked = new RankedCases(cases.Count);
        var workers = Math.Max(1, Math.Min(Environment.ProcessorCount, cases.Count));
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(
            () =>
            {
                var (scores, list, shown) = (new float[itemCount], new ScoredItem[RankedCases.ListLength], new int[RankedCases.ListLength]);
                for (var at = worker; at < cases.Count; at += workers)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var one = cases[at];
                    score(one, scores);
                    RankingMetrics.Exclude(scores, one.Excluded, one.Target);

                    // A target that can't be found is a miss for sure, but what was shown counts.
                    var rank = one.Target >= 0 ? RankingMetrics.Rank(scores, one.Target) : int.MaxValue;
                    ranked.Set(at, rank, shown.AsSpan(0, Show(scores, list, shown)));
                    onDone();
                }
            },
            cancellationToken)));
        return ranked;
    }

    private static int Show(float[] scores, ScoredItem[] list, int[] shown)
    {
        var count = TopItems.Select(scores, [], list);
        var length = 0;
        while (length < count && list[length].Score != RankingMetrics.Excluded) shown[length] = list[length++].Item;
        return length;
    }
}
