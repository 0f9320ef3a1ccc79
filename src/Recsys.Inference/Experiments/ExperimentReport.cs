namespace Recsys.Inference.Experiments;

/// <summary>What an experiment says: plain records, with everything that a table, JSON or a message of the contract needs.</summary>
public sealed record ExperimentReport
{
    /// <summary>Whether the variants have the users they should have. Where not, the figures below mean nothing.</summary>
    public required SampleRatioCheck SampleRatio { get; init; }

    /// <summary>The variants, in the order of the design.</summary>
    public required IReadOnlyList<VariantReport> Variants { get; init; }

    /// <summary>Users who were in several variants, and are left out of all.</summary>
    public required long MixedUsers { get; init; }

    /// <summary>Users without an exposure, who are left out: what they weren't shown can't have moved them.</summary>
    public required long UnexposedUsers { get; init; }

    /// <summary>Makes the report.</summary>
    /// <param name="design">What is compared.</param>
    /// <param name="accumulator">What happened.</param>
    public static ExperimentReport Of(ExperimentDesign design, ExperimentAccumulator accumulator)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(accumulator);
        var variants = design.Variants;
        if (accumulator.VariantCount != variants.Count)
            throw new ArgumentException($"The design has {variants.Count} variants, the accumulator {accumulator.VariantCount}.", nameof(accumulator));
        if ((uint)design.Control >= (uint)variants.Count) throw new ArgumentException($"There is no variant {design.Control}: the control is one of {variants.Count}, from 0.", nameof(design));

        var users = variants.Select(_ => new List<UserTotals>()).ToArray();
        var (mixed, unexposed) = (0L, 0L);
        foreach (var user in accumulator.Users)
        {
            if (user.Variant == UserTotals.Mixed) mixed++;
            else if (user.Exposures == 0) unexposed++;
            else users[user.Variant].Add(user);
        }

        var figures = users.Select(VariantSums.Of).ToArray();
        return new()
        {
            SampleRatio = SampleRatioCheck.Of(variants, [.. users.Select(one => (long)one.Count)]),
            Variants = [.. figures.Select((sums, i) => ReportOf(variants[i].Name, i == design.Control, sums, figures[design.Control]))],
            MixedUsers = mixed,
            UnexposedUsers = unexposed,
        };
    }

    private static VariantReport ReportOf(string name, bool isControl, VariantSums sums, VariantSums control) => new()
    {
        Name = name,
        IsControl = isControl,
        Users = sums.Users,
        Exposures = sums.Exposures,
        Plays = sums.Plays,
        PlayedSeconds = sums.PlayedSeconds,
        PlayRate = Compare(sums.PlayRate, control.PlayRate, isControl),
        SecondsPerUser = Compare(sums.SecondsPerUser, control.SecondsPerUser, isControl),
        SecondsPerExposure = Compare(sums.SecondsPerExposure, control.SecondsPerExposure, isControl),
    };

    private static VariantFigure Compare(RatioSums? figure, RatioSums? control, bool isControl) =>
        new(FigureRules.FigureOf(figure), isControl ? null : FigureRules.DifferenceOf(figure, control));
}
