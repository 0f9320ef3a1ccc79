using System.Globalization;

namespace Recsys.Inference.Experiments;

/// <summary>When a figure gets an interval.</summary>
public static class FigureRules
{
    /// <summary>
    /// How many users must carry a figure's standard error, which is then right to a tenth (half of 1 / root of 25): users by the kurtosis of what they did; where few do anything at all,
    /// about as many as did. Below, no interval is given.
    /// </summary>
    public const double MinCarrying = 25;

    internal static Figure FigureOf(RatioSums? sums) => sums switch
    {
        null => new(null, null, null, "no users"),
        { } one when TooFew(one) is { } why => new(one.Value, null, null, why),
        { } one => new(one.Value, one.StandardError, one.Interval, null),
    };

    internal static FigureDifference DifferenceOf(RatioSums? figure, RatioSums? control)
    {
        if (figure is not { } a || control is not { } b) return new(null, null, null, null, figure is null ? "no users" : "no users in the control");
        var difference = a.Value - b.Value;
        var relative = b.Value == 0 ? null as double? : difference / b.Value;
        var why = TooFew(a) ?? (TooFew(b) is { } few ? $"{few} in the control" : null);
        if (why is not null) return new(difference, relative, null, null, why);
        var error = Math.Sqrt((a.StandardError * a.StandardError) + (b.StandardError * b.StandardError));
        var half = Distributions.Z95 * error;
        return new(difference, relative, new(difference - half, difference + half), Distributions.TwoSided(difference / error), null);
    }

    private static string? TooFew(RatioSums sums) => sums.Carrying >= MinCarrying
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"too few: about {sums.Carrying:0} users carry the figure, fewer than {MinCarrying:0}");
}
