namespace Recsys.Inference.Experiments;

/// <summary>A percentile bootstrap of a ratio of sums (Efron 1979): units drawn with replacement. The same seed gives the same interval on any machine.</summary>
internal static class RatioBootstrap
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The 2.5th and 97.5th percentile of the resamples' ratios.</summary>
    public static Interval Interval(double[] tops, double[] bottoms, int resamples, long seed)
    {
        var ratios = new double[resamples];
        Parallel.For(0, resamples, resample =>
        {
            var (state, top, bottom) = (StableHash.Mixed((ulong)seed + ((ulong)resample * Golden)), 0.0, 0.0);
            for (var draw = 0; draw < tops.Length; draw++)
            {
                var unit = (int)Math.BigMul(StableHash.Mixed(state += Golden), (ulong)tops.Length, out _);
                top += tops[unit];
                bottom += bottoms[unit];
            }

            ratios[resample] = bottom > 0 ? top / bottom : 0;
        });
        Array.Sort(ratios);
        return new(Percentile(ratios, 0.025), Percentile(ratios, 0.975));
    }

    private static double Percentile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
