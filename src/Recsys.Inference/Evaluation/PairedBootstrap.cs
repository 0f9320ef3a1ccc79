namespace Recsys.Inference.Evaluation;

/// <summary>
/// Percentile bootstrap of paired differences (Efron 1979). Users are drawn with replacement, each with all of its cases, since the cases of a user aren't
/// independent; a resample's figure is the sum of the drawn differences over the number of drawn cases; the interval's ends are the 2.5th and 97.5th percentile of
/// the resamples' figures. The same seed gives the same interval on any machine, whatever the number of threads.
/// </summary>
public static class PairedBootstrap
{
    /// <summary>Resamples where none are asked for: an end of the interval then varies by a few hundredths of its width from seed to seed.</summary>
    public const int DefaultResamples = 2_000;

    private const double LowShare = 0.025;
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The mean of each column with its interval. All columns go by the same draws.</summary>
    /// <param name="columns">Of each comparison the difference in each case.</param>
    /// <param name="userOf">The user of each case, from 0.</param>
    /// <param name="users">How many users there are.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="resamples">How many.</param>
    public static DifferenceInterval[] Intervals(
        IReadOnlyList<double[]> columns, ReadOnlySpan<int> userOf, int users, long seed, int resamples = DefaultResamples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (columns.Count == 0 || userOf.IsEmpty) return new DifferenceInterval[columns.Count];

        // A row a user: the sums of its differences, then the number of its cases.
        var width = columns.Count + 1;
        var sums = new double[users * width];
        for (var at = 0; at < userOf.Length; at++)
        {
            var row = sums.AsSpan(userOf[at] * width, width);
            for (var column = 0; column < columns.Count; column++) row[column] += columns[column][at];
            row[^1]++;
        }

        var figures = new double[columns.Count][];
        for (var column = 0; column < figures.Length; column++) figures[column] = new double[resamples];
        Parallel.For(0, resamples, resample =>
        {
            Span<double> total = width <= 64 ? stackalloc double[width] : new double[width];
            total.Clear();
            Draw(sums, users, Mixed((ulong)seed + ((ulong)resample * Golden)), total);
            for (var column = 0; column < figures.Length; column++) figures[column][resample] = total[column] / total[^1];
        });

        var result = new DifferenceInterval[columns.Count];
        for (var column = 0; column < result.Length; column++)
        {
            Array.Sort(figures[column]);
            result[column] = new(columns[column].Average(), Percentile(figures[column], LowShare), Percentile(figures[column], 1 - LowShare));
        }

        return result;
    }

    private static void Draw(double[] sums, int users, ulong state, Span<double> total)
    {
        for (var draw = 0; draw < users; draw++)
        {
            // A number of 64 bits scaled down to the users: the bias is below users / 2^64.
            var user = (int)Math.BigMul(Mixed(state += Golden), (ulong)users, out _);
            var row = sums.AsSpan(user * total.Length, total.Length);
            for (var column = 0; column < total.Length; column++) total[column] += row[column];
        }
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private static ulong Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Between the two nearest of sorted values.</summary>
    private static double Percentile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
