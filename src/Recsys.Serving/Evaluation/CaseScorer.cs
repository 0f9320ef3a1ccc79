using Recsys.Inference.Evaluation;
using Recsys.Inference.Index;

namespace Recsys.Serving.Evaluation;

/// <summary>Ranks all items for all cases by one recommender, on all processors.</summary>
internal static class CaseScorer
{
    private const int ListLength = 20;

    /// <summary>Scores all items for a case.</summary>
    /// <param name="one">The case.</param>
    /// <param name="scores">By dense id; higher is better.</param>
    internal delegate void Score(EvaluationCase one, Span<float> scores);

    /// <summary>The averages at 5, 10 and 20.</summary>
    /// <param name="cases">Whom to rank for.</param>
    /// <param name="itemCount">Items ranked.</param>
    /// <param name="score">The recommender; called from several threads.</param>
    /// <param name="onDone">Called after each case, from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<RankingAccumulator> RankAsync(
        IReadOnlyList<EvaluationCase> cases, int itemCount, Score score, Action onDone, CancellationToken cancellationToken)
    {
        var workers = Math.Max(1, Math.Min(Environment.ProcessorCount, cases.Count));
        var parts = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(
            () =>
            {
                var (part, scores, list) = (new RankingAccumulator(itemCount), new float[itemCount], new ScoredItem[ListLength]);
                for (var i = worker; i < cases.Count; i += workers)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    score(cases[i], scores);
                    Add(part, cases[i], scores, list);
                    onDone();
                }

                return part;
            },
            cancellationToken)));
        foreach (var part in parts.AsSpan(1)) parts[0].Merge(part);
        return parts[0];
    }

    private static void Add(RankingAccumulator part, EvaluationCase one, float[] scores, ScoredItem[] list)
    {
        if (one.Target >= 0)
        {
            part.Add(scores, one.Target, one.Excluded);
            return;
        }

        // A miss for sure, but what was shown counts for the coverage.
        foreach (var item in one.Excluded) scores[item] = RankingMetrics.Excluded;
        var shown = new List<int>(ListLength);
        var count = TopItems.Select(scores, [], list);
        for (var i = 0; i < count && list[i].Score != RankingMetrics.Excluded; i++) shown.Add(list[i].Item);
        part.Add(int.MaxValue, shown.ToArray());
    }
}
