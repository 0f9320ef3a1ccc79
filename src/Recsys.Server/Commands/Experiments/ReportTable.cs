using System.Globalization;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands.Experiments;

/// <summary>A report for people: a table of the variants' users, one of their figures, and a verdict.</summary>
internal static class ReportTable
{
    private const double LeastChance = 0.0001;

    private static readonly (string Name, string Unit, Func<VariantReport, VariantFigure> Of)[] Figures =
    [
        ("play rate", "", variant => variant.PlayRate),
        ("played time a user", " s", variant => variant.SecondsPerUser),
        ("played time an exposure", " s", variant => variant.SecondsPerExposure),
    ];

    /// <summary>Prints it.</summary>
    public static void Write(ExperimentReport report, IAnsiConsole terminal)
    {
        var experiment = report.Experiment;
        terminal.WriteLine(
            $"{experiment.ExperimentId} in placement {experiment.Placement}, {experiment.StartTime.ToDateTime():u} to {report.EndTime.ToDateTime():u}"
            + (experiment.StopTime is null ? " (it runs)" : " (stopped)"));
        terminal.Write(UsersOf(report));
        terminal.Write(FiguresOf(report));
        if (report.UnattributedImpressions > 0)
            terminal.WriteLine($"{report.UnattributedImpressions:N0} impressions of the placement name no recommendation_id and are left out.");
        terminal.WriteLine(report.SampleRatio.Text);
        terminal.WriteLine(VerdictOf(report));
    }

    /// <summary>What follows, in a sentence: which variants' play rates differ from the control's.</summary>
    public static string VerdictOf(ExperimentReport report)
    {
        if (report.SampleRatio.Verdict == SampleRatioVerdict.Mismatch) return "Verdict: NONE. The sample ratio is off, so no figure above can be believed.";
        var control = report.Variants.First(variant => variant.Control).Name;
        return $"Verdict: {string.Join("; ", report.Variants.Where(variant => !variant.Control).Select(variant => VerdictOf(variant, control)))}.";
    }

    private static string VerdictOf(VariantReport variant, string control)
    {
        var difference = variant.PlayRate.Difference;
        if (difference.Interval is not { } interval) return $"of {variant.Name} there is too little to say anything ({difference.TooFew})";
        if (interval.Low <= 0 && interval.High >= 0) return $"no evidence that the play rate of {variant.Name} differs from that of {control}";
        var size = difference.HasRelative ? $" by {Math.Abs(difference.Relative).ToString("P1", CultureInfo.InvariantCulture)}" : "";
        return $"the play rate of {variant.Name} is {(difference.Value > 0 ? "HIGHER" : "LOWER")} than that of {control}{size} "
            + $"(p {(difference.PValue < LeastChance ? "" : "= ")}{Chance(difference.PValue, "G2")})";
    }

    private static Table UsersOf(ExperimentReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("variant");
        var models = report.Experiment.Variants.ToDictionary(variant => variant.Name, variant => variant.ModelVersion);
        var areNamed = models.Values.Any(model => model.Length > 0);
        if (areNamed) table.AddColumn("model");
        foreach (var column in new[] { "users", "expected", "exposures", "plays", "played hours" }) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var variant in report.Variants)
        {
            string[] model = areNamed ? [models.GetValueOrDefault(variant.Name) is { Length: > 0 } version ? Markup.Escape(version) : "live"] : [];
            table.AddRow(
            [
                NameOf(variant), .. model, Whole(variant.Users), Whole(variant.ExpectedUsers), Whole(variant.Exposures), Whole(variant.Plays),
                (variant.PlayedSeconds / 3_600).ToString("N1", CultureInfo.InvariantCulture),
            ]);
        }

        return table;
    }

    private static Table FiguresOf(ExperimentReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("figure", "variant");
        foreach (var column in new[] { "value", "95 % interval", "difference", "95 % interval", "relative", "p" }) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (name, unit, of) in Figures)
        {
            foreach (var variant in report.Variants)
            {
                var figure = of(variant);
                var difference = figure.Difference;
                table.AddRow(
                    name, NameOf(variant), figure.HasValue ? Text(figure.Value) + unit : "-", Text(figure.Interval, figure.TooFew),
                    difference is { HasValue: true } ? Signed(difference.Value) + unit : "", difference is null ? "" : Text(difference.Interval, difference.TooFew),
                    difference is { HasRelative: true } ? difference.Relative.ToString("+0.0 %;-0.0 %", CultureInfo.InvariantCulture) : "",
                    difference is { HasPValue: true } ? Chance(difference.PValue, "0.####") : "");
            }
        }

        return table;
    }

    private static string NameOf(VariantReport variant) => Markup.Escape(variant.Control ? $"{variant.Name} (control)" : variant.Name);

    private static string Text(ConfidenceInterval? interval, string tooFew) => interval is null ? Markup.Escape(tooFew) : $"{Text(interval.Low)} to {Text(interval.High)}";

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Signed(double value) => value > 0 ? $"+{Text(value)}" : Text(value);

    /// <summary>A chance is never nothing.</summary>
    private static string Chance(double value, string format) => value < LeastChance ? "< 0.0001" : value.ToString(format, CultureInfo.InvariantCulture);

    private static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
