namespace Recsys.Inference.Experiments;

/// <summary>
/// 95 % intervals of a mean whose standard error was measured at the mean itself, which is where rare outcomes mislead: few of them make both the mean and its error too small. The ends
/// are the values that are 1.96 of *their own* standard errors away.
/// </summary>
internal static class ScoreInterval
{
    private const double Square = Distributions.Z95 * Distributions.Z95;

    /// <summary>The interval that the rewards' range allows.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="error">Its standard error; above 0, or 0 where all rewards are 0 or all are 1.</param>
    /// <param name="samples">How many independent outcomes the mean is worth, for where all rewards are 0 or all are 1.</param>
    /// <param name="rewards">The least and the greatest reward.</param>
    public static Interval Of(double mean, double error, double samples, Interval rewards)
    {
        var most = Math.Max(mean, 0);
        if (rewards.Low >= 0 && rewards.High <= 1) return Share(Math.Min(most, 1), error > 0 ? Math.Min(samples, most * (1 - most) / (error * error)) : samples);
        return rewards.Low >= 0 && most > 0 ? Amount(most, error) : new(mean - (Distributions.Z95 * error), mean + (Distributions.Z95 * error));
    }

    // Both intervals' ends are the roots of a quadratic equation; the lower one comes from their product, since their difference would leave rounding where it is 0.

    /// <summary>Of rewards from 0 to 1: Wilson's interval (1927) with the number of independent outcomes that would have this error (Dean and Pagano 2015).</summary>
    private static Interval Share(double mean, double samples)
    {
        var shrink = 1 + (Square / samples);
        var middle = (mean + (Square / (2 * samples))) / shrink;
        var half = Distributions.Z95 * Math.Sqrt((mean * (1 - mean) / samples) + (Square / (4 * samples * samples))) / shrink;
        var high = mean == 1 ? 1 : Math.Min(1, middle + half);
        return new(mean * mean / (shrink * high), high);
    }

    /// <summary>Of rewards of 0 or more: the score interval of a variance that grows with the mean, as counts' and times' does.</summary>
    private static Interval Amount(double mean, double error)
    {
        var slope = error * error / mean;
        var (middle, half) = (mean + (Square * slope / 2), Math.Sqrt((Square * slope * mean) + (Square * Square * slope * slope / 4)));
        return new(mean * mean / (middle + half), middle + half);
    }
}
