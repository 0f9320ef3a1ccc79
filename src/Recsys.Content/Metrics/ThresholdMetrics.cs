namespace Recsys.Content.Metrics;

/// <summary>Figures of scores that say how probable something is, over all thresholds.</summary>
public static class ThresholdMetrics
{
    /// <summary>Probability that a true example's score is above a false one's, ties half (Mann-Whitney); null where there's no pair.</summary>
    /// <param name="scores">One an example.</param>
    /// <param name="isTrue">As many.</param>
    public static double? RocAuc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isTrue)
    {
        var (sorted, truths) = Sorted(scores, isTrue);
        long positives = 0, wins2 = 0, negativesBelow = 0;
        for (var start = 0; start < sorted.Length;)
        {
            var (end, trueHere) = (start, 0L);
            for (; end < sorted.Length && sorted[end] == sorted[start]; end++) trueHere += truths[end] ? 1 : 0;
            var falseHere = end - start - trueHere;
            wins2 += trueHere * ((2 * negativesBelow) + falseHere);
            negativesBelow += falseHere;
            positives += trueHere;
            start = end;
        }

        return positives == 0 || negativesBelow == 0 ? null : wins2 / 2.0 / positives / negativesBelow;
    }

    /// <summary>The best precision of any threshold that finds at least a share of the true examples; null where none is true.</summary>
    /// <param name="scores">One an example.</param>
    /// <param name="isTrue">As many.</param>
    /// <param name="recall">The share, above 0, at most 1.</param>
    public static double? PrecisionAtRecall(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isTrue, double recall)
    {
        var (sorted, truths) = Sorted(scores, isTrue);
        var (positives, found, best) = (truths.Count(truth => truth), 0, 0.0);
        if (positives == 0) return null;
        for (var i = sorted.Length - 1; i >= 0; i--)
        {
            found += truths[i] ? 1 : 0;
            // A threshold takes all of the same score or none.
            if (i > 0 && sorted[i - 1] == sorted[i]) continue;
            if (found >= recall * positives) best = Math.Max(best, found / (double)(sorted.Length - i));
        }

        return best;
    }

    /// <summary>The threshold with the best F1, half-way between two scores; 0.5 where nothing is true. Of several as good the highest.</summary>
    /// <param name="scores">Probabilities, one an example.</param>
    /// <param name="isTrue">As many.</param>
    public static double BestF1Threshold(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isTrue)
    {
        var (sorted, truths) = Sorted(scores, isTrue);
        var (positives, found, best, threshold) = (truths.Count(truth => truth), 0, 0.0, 0.5);
        for (var i = sorted.Length - 1; i >= 0; i--)
        {
            found += truths[i] ? 1 : 0;
            if (i > 0 && sorted[i - 1] == sorted[i]) continue;
            var f1 = LabelFigures.F1Of(found, positives, sorted.Length - i);
            if (f1 <= best) continue;
            (best, threshold) = (f1, i > 0 ? ((double)sorted[i - 1] + sorted[i]) / 2 : sorted[i]);
        }

        return threshold;
    }

    private static (float[] Scores, bool[] Truths) Sorted(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isTrue)
    {
        if (scores.Length != isTrue.Length) throw new ArgumentException($"There are {scores.Length} scores and {isTrue.Length} truths, expected as many.", nameof(isTrue));
        var (sorted, truths) = (scores.ToArray(), isTrue.ToArray());
        Array.Sort(sorted, truths);
        return (sorted, truths);
    }
}
