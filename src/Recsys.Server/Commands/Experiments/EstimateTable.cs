using System.Globalization;
using Recsys.Inference.Experiments;
using Spectre.Console;

namespace Recsys.Server.Commands.Experiments;

/// <summary>The result for people.</summary>
internal static class EstimateTable
{
    /// <summary>Prints it.</summary>
    public static void Write(EstimateResult result, IAnsiConsole terminal)
    {
        var report = result.Report;
        terminal.WriteLine(
            $"{Path.GetFileName(result.Log)}: {report.Rows:N0} rows{(result.UnitColumn is null ? "" : $" of {report.Units:N0} units ({result.UnitColumn})")}; policy {result.Policy}"
            + (result.Actions is { } actions ? $" over {actions:N0} actions" : ""));
        terminal.Write(TableOf(result));
        terminal.WriteLine(
            $"Effective sample size {Text(report.EffectiveSampleSize)}{(result.UnitColumn is null ? "" : $", of units {Text(report.EffectiveUnits)}")}; "
            + $"weights: mean {Text(report.MeanWeight)} (standard error {Text(report.MeanWeightError)}), greatest {Text(report.MaxWeight)}, the heaviest with {Percent(report.MaxWeightShare)} of all");
        if (report.Estimate is null) terminal.WriteLine($"REFUSED, there is no estimate: {Text(report.Refusals)}.");
        if (report.Clipped is { } clipped) terminal.WriteLine(Text(clipped));
        if (result.Truth is not null) terminal.WriteLine(Verdict(result));
    }

    private static Table TableOf(EstimateResult result)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("mean reward"));
        foreach (var column in new[] { "value", "standard error", "95 % interval" }) table.AddColumn(new TableColumn(column).RightAligned());
        table.AddRow("the log's own policy", Text(result.Report.LoggedMean), "", "");
        if (result.Report.Estimate is { } estimate)
        {
            table.AddRow("SNIPS", Text(estimate.Value), Text(estimate.StandardError), Text(estimate.Interval));
            table.AddRow("  by the delta method alone", "", Text(estimate.DeltaStandardError), Text(estimate.DeltaInterval));
            table.AddRow("  by the bootstrap alone", "", "", estimate.BootstrapInterval is { } bootstrap ? Text(bootstrap) : "-");
            table.AddRow("IPS", Text(estimate.Ips), Text(estimate.IpsStandardError), "");
        }
        else
        {
            table.AddRow("SNIPS, IPS", "refused", "", "");
        }

        if (result.Report.Clipped is { } clipped)
        {
            table.AddRow(
                $"SNIPS, weights cut to {Text(clipped.Clip)}", clipped.Value is { } value ? Text(value) : "refused", "",
                clipped.Interval is { } interval ? $"{Text(interval)}, bias included" : "");
        }

        if (result.Truth is { } truth)
        {
            table.AddRow(
                Markup.Escape($"measured ({Path.GetFileName(result.TruthLog)})"), Text(truth.LoggedMean), truth.Estimate is { } own ? Text(own.StandardError) : "",
                truth.Estimate is { } measured ? Text(measured.Interval) : "too few rows");
        }

        return table;
    }

    private static string Text(ClippedEstimate clipped) => clipped.Value is null
        ? $"Weights cut to {Text(clipped.Clip)} ({clipped.ClippedCount:N0} rows): refused too: {Text(clipped.Refusals)}."
        : $"Weights cut to {Text(clipped.Clip)} ({clipped.ClippedCount:N0} rows; effective sample size {Text(clipped.EffectiveSampleSize)}): up to {Percent(clipped.LostShare)} of what the "
            + $"policy would show is lost by it, which can bias the value by up to {Text(clipped.MaxBias)}; the interval has room for that.";

    private static string Verdict(EstimateResult result) => (result.Inside, result.InsideClipped) switch
    {
        (true, _) => "What was measured lies inside the interval.",
        (false, _) => "What was measured lies OUTSIDE of the interval.",
        (null, true) => "What was measured lies inside the interval of the cut weights.",
        (null, false) => "What was measured lies OUTSIDE of the interval of the cut weights.",
        _ => "There is no interval to compare with what was measured.",
    };

    private static string Text(IReadOnlyList<Refusal> refusals) => string.Join("; ", refusals.Select(refusal => refusal.Text));

    private static string Text(Interval interval) => $"{Text(interval.Low)} to {Text(interval.High)}";

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);

    /// <summary>Four digits, and whole numbers from a thousand on.</summary>
    private static string Text(double value) => Math.Abs(value) switch
    {
        >= 1e9 => value.ToString("G4", CultureInfo.InvariantCulture),
        >= 1_000 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.ToString("G4", CultureInfo.InvariantCulture),
    };
}
