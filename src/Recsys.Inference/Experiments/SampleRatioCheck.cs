using System.Globalization;

namespace Recsys.Inference.Experiments;

/// <summary>
/// Whether the variants have the users they should have: Pearson's chi-square test of goodness of fit. A sample-ratio mismatch (Fabijan et al., KDD 2019) says that the experiment itself is
/// broken: lists that fail in one variant, events that get lost, users counted elsewhere.
/// </summary>
public sealed record SampleRatioCheck
{
    /// <summary>Below this the verdict is <see cref="SampleRatioVerdict.Mismatch"/>: low, because the check is looked at every day of every experiment.</summary>
    public const double Significance = 0.001;

    private const double LeastExpected = 5;

    /// <summary>The sum over variants of (users - expected)² / expected.</summary>
    public required double ChiSquare { get; init; }

    /// <summary>Variants less one.</summary>
    public required int DegreesOfFreedom { get; init; }

    /// <summary>How often chance makes counts at least as uneven; 1 where there is one variant or no user.</summary>
    public required double PValue { get; init; }

    /// <summary>What it says.</summary>
    public required SampleRatioVerdict Verdict { get; init; }

    /// <summary>The variants, in the order of the design.</summary>
    public required IReadOnlyList<VariantRatio> Variants { get; init; }

    /// <summary>The variant that is furthest off in standard deviations; null unless there is a mismatch.</summary>
    public required VariantRatio? Worst { get; init; }

    /// <summary>Which variant is off and by how much, in words.</summary>
    public required string Text { get; init; }

    /// <summary>Checks counts.</summary>
    /// <param name="variants">The variants with their meant shares.</param>
    /// <param name="users">The counted users of each.</param>
    public static SampleRatioCheck Of(IReadOnlyList<VariantShare> variants, IReadOnlyList<long> users)
    {
        if (variants.Count == 0 || variants.Count != users.Count) throw new ArgumentException($"{variants.Count} variants need as many counts, not {users.Count}.", nameof(users));
        var (total, shares) = (users.Sum(), variants.Sum(variant => variant.Share));
        var rows = variants.Select((variant, i) => RowOf(variant.Name, users[i], total, variant.Share / shares)).ToArray();
        var chi = total == 0 ? 0 : rows.Sum(row => (row.Users - row.ExpectedUsers) * (row.Users - row.ExpectedUsers) / row.ExpectedUsers);
        var p = rows.Length == 1 || total == 0 ? 1 : Distributions.ChiSquareTail(chi, rows.Length - 1);
        var verdict = rows.Any(row => row.ExpectedUsers < LeastExpected) ? SampleRatioVerdict.TooFew
            : p < Significance ? SampleRatioVerdict.Mismatch
            : SampleRatioVerdict.Balanced;
        var worst = verdict == SampleRatioVerdict.Mismatch ? rows.MaxBy(row => Math.Abs(row.Residual)) : null;
        return new()
        {
            ChiSquare = chi,
            DegreesOfFreedom = rows.Length - 1,
            PValue = p,
            Verdict = verdict,
            Variants = rows,
            Worst = worst,
            Text = TextOf(verdict, worst, p),
        };
    }

    private static VariantRatio RowOf(string name, long users, long total, double share)
    {
        var (expected, deviation) = (total * share, Math.Sqrt(total * share * (1 - share)));
        return new(name, users, expected, total == 0 ? 0 : (double)users / total, share, deviation > 0 ? (users - expected) / deviation : 0);
    }

    private static string TextOf(SampleRatioVerdict verdict, VariantRatio? worst, double p) => verdict switch
    {
        SampleRatioVerdict.TooFew => $"Too few users to check the sample ratio: a variant should have fewer than {LeastExpected}.",
        SampleRatioVerdict.Balanced => string.Create(CultureInfo.InvariantCulture, $"The variants have the users they should have (p = {p:0.####})."),
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"Sample-ratio mismatch (p = {p:0.#e+0}): variant '{worst!.Name}' has {worst.Users:N0} users, {Math.Abs(worst.Users - worst.ExpectedUsers):N0} "
            + $"{(worst.Residual > 0 ? "more" : "fewer")} than its share of {worst.ExpectedShare:P1}. Don't trust the figures before the cause is found."),
    };
}
