namespace Recsys.Inference.Evaluation;

/// <summary>
/// Where a held-out item stands in a ranking of all items. **A tie counts against the target**: a model that gives all items the same score ranks it
/// last, not first. Scores that are not a number count against it too.
/// </summary>
public static class RankingMetrics
{
    /// <summary>The score of an item that is not part of the ranking.</summary>
    public const float Excluded = float.NegativeInfinity;

    /// <summary>Takes items out of a ranking by overwriting their scores; the target stays in, even where it is among them.</summary>
    public static void Exclude(Span<float> scores, ReadOnlySpan<int> excluded, int target)
    {
        foreach (var item in excluded)
        {
            if (item != target) scores[item] = Excluded;
        }
    }

    /// <summary>The target's rank, from 1: one more than the others that score at least as much.</summary>
    /// <param name="scores">By dense id; <see cref="Excluded"/> for items out of the ranking.</param>
    /// <param name="target">Dense id.</param>
    public static int Rank(ReadOnlySpan<float> scores, int target)
    {
        var threshold = scores[target];
        var rank = 1;
        for (var i = 0; i < scores.Length; i++)
        {
            if (i != target && !(scores[i] < threshold) && scores[i] != Excluded) rank++;
        }

        return rank;
    }

    /// <summary>Gain of a single relevant item at a rank, in a list of k: 1 / log2(1 + rank), or 0 below the list.</summary>
    public static double Ndcg(int rank, int k) => rank <= k ? 1 / Math.Log2(1 + rank) : 0;

    /// <summary>Whether the rank is within a list of k: 1 or 0.</summary>
    public static double Recall(int rank, int k) => rank <= k ? 1 : 0;

    /// <summary>1 / rank, or 0 below a list of k.</summary>
    public static double ReciprocalRank(int rank, int k) => rank <= k ? 1.0 / rank : 0;
}
