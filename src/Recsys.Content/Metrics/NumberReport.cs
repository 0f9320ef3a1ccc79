namespace Recsys.Content.Metrics;

/// <summary>How near told numbers are to true ones.</summary>
public sealed record NumberReport
{
    /// <summary>Examples.</summary>
    public required int Examples { get; init; }

    /// <summary>Root of the mean squared difference, in the number's unit.</summary>
    public required double Rmse { get; init; }

    /// <summary>Mean absolute difference, in the number's unit.</summary>
    public required double Mae { get; init; }

    /// <summary>1 - squared differences / squared differences from the examples' own mean; null where all true numbers are the same.</summary>
    public double? R2 { get; init; }

    /// <summary>Measures.</summary>
    /// <exception cref="ArgumentException">There's no example, or not as many truths.</exception>
    public static NumberReport Of(IReadOnlyList<double> told, IReadOnlyList<double> truths)
    {
        if (told.Count == 0 || told.Count != truths.Count)
        {
            throw new ArgumentException($"There are {told.Count} examples and {truths.Count} truths, expected as many, at least one.", nameof(truths));
        }

        var (mean, squares, total, absolute) = (truths.Average(), 0.0, 0.0, 0.0);
        for (var i = 0; i < told.Count; i++)
        {
            var difference = told[i] - truths[i];
            squares += difference * difference;
            absolute += Math.Abs(difference);
            total += (truths[i] - mean) * (truths[i] - mean);
        }

        return new() { Examples = told.Count, Rmse = Math.Sqrt(squares / told.Count), Mae = absolute / told.Count, R2 = total > 0 ? 1 - (squares / total) : null };
    }
}
