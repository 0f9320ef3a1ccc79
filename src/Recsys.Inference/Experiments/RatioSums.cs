namespace Recsys.Inference.Experiments;

/// <summary>
/// A ratio of two sums over independent units, with its standard error by the delta method: that of the sum of the units' y - ratio x, over the sum of x (Deng, Knoblich and Lu, "Applying the delta
/// method in metric analytics", KDD 2018, section 2). A mean is the ratio with x = 1.
/// </summary>
/// <param name="Value">The ratio.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="Carrying">
/// How many units carry the standard error: (sum of squares)² / sum of fourth powers of the y - ratio x, the effective sample size of a variance (Owen, "Monte Carlo theory, methods and
/// examples", 2013, section 9.3). It's the units by their kurtosis; of rare events about the number of events; 0 where all units are alike.
/// </param>
internal readonly record struct RatioSums(double Value, double StandardError, double Carrying)
{
    /// <summary>Value and interval, the same to both sides.</summary>
    public Interval Interval => new(Value - (Distributions.Z95 * StandardError), Value + (Distributions.Z95 * StandardError));

    /// <summary>Of the units' sums.</summary>
    /// <param name="tops">Each unit's y.</param>
    /// <param name="bottoms">Each unit's x, 0 or more and not all 0.</param>
    public static RatioSums Of(ReadOnlySpan<double> tops, ReadOnlySpan<double> bottoms)
    {
        var (top, bottom) = (Sum(tops), Sum(bottoms));
        var (ratio, second, fourth) = (top / bottom, 0.0, 0.0);
        for (var unit = 0; unit < tops.Length; unit++)
        {
            var residual = tops[unit] - (ratio * bottoms[unit]);
            var square = residual * residual;
            second += square;
            fourth += square * square;
        }

        // What rounding leaves of units that are all alike is no variation.
        var varies = Math.Sqrt(second) > 1e-12 * Math.Abs(top);
        var error = varies && tops.Length > 1 ? Math.Sqrt(second * tops.Length / (tops.Length - 1)) / bottom : 0;
        return new(ratio, error, varies && fourth > 0 ? second * second / fourth : 0);
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum;
    }
}
