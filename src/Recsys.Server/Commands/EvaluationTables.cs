using System.Globalization;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>Prints the report of an evaluation for people.</summary>
internal static class EvaluationTables
{
    public static void Write(EvaluationReport report, IAnsiConsole terminal)
    {
        terminal.WriteLine(Heading(report));
        var metrics = new MetricsTable("recommender");
        foreach (var row in report.Rows) metrics.AddRow(row.Name, row.Metrics);
        metrics.WriteTo(terminal);
        WriteDifferences(report, terminal);
        foreach (var slices in report.Slices.GroupBy(slice => slice.Kind)) WriteSlices(report, slices.Key, [.. slices], terminal);
        var difference = report.StreamedFloat16Ndcg - report.WindowedFloat32Ndcg;
        terminal.WriteLine(
            $"float16 states streamed step by step NDCG@10 {report.StreamedFloat16Ndcg:F4}, float32 windows {report.WindowedFloat32Ndcg:F4}, "
            + $"difference {Signed(difference)}");
        foreach (var note in report.Notes) terminal.WriteLine(note);
    }

    /// <summary>What was evaluated, in a line.</summary>
    public static string Heading(EvaluationReport report) =>
        $"{SplitName(report.Split)}, {report.UserCount:N0} users, {report.CaseCount:N0} targets, all {report.ItemCount:N0} items ranked, "
        + $"trained on {report.TrainingInteractionCount:N0} interactions. {report.TieRule}";

    /// <summary>What a kind of slice goes by.</summary>
    public static string KindName(EvaluationSliceKind kind) =>
        kind == EvaluationSliceKind.HistoryLength ? "interactions before the target" : "training interactions of the target";

    /// <summary>A difference with its sign.</summary>
    public static string Signed(double value) => value.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture);

    private static string SplitName(EvaluationSplit split) => split switch
    {
        EvaluationSplit.Temporal => "temporal",
        EvaluationSplit.Given => "given test data",
        _ => "leave-one-out",
    };

    private static void WriteDifferences(EvaluationReport report, IAnsiConsole terminal)
    {
        var table = NewTable($"against {report.Rows[0].Name}", "NDCG at 10", "95 % interval", "Recall at 10", "95 % interval", "Novelty, bits", "Gini");
        foreach (var row in report.Rows)
        {
            var first = ReferenceEquals(row, report.Rows[0]);
            table.AddRow(
                Markup.Escape(row.Name),
                first ? "" : Signed(row.NdcgDifference.Mean), first ? "" : Interval(row.NdcgDifference),
                first ? "" : Signed(row.RecallDifference.Mean), first ? "" : Interval(row.RecallDifference),
                row.Novelty.ToString("F2", CultureInfo.InvariantCulture), row.Gini.ToString("F3", CultureInfo.InvariantCulture));
        }

        terminal.Write(table);
        terminal.WriteLine($"Intervals: paired bootstrap of users, {report.BootstrapResamples:N0} resamples; one that holds 0 is no evidence of a difference.");
    }

    private static void WriteSlices(EvaluationReport report, EvaluationSliceKind kind, EvaluationSlice[] slices, IAnsiConsole terminal)
    {
        var table = NewTable([$"by {KindName(kind)}: NDCG, Recall at 10", .. slices.Select(slice => $"{slice.Name}\n{slice.CaseCount:N0} targets")]);
        for (var row = 0; row < report.Rows.Count; row++)
        {
            table.AddRow([
                Markup.Escape(report.Rows[row].Name),
                .. slices.Select(slice => string.Create(CultureInfo.InvariantCulture, $"{slice.Figures[row].Ndcg:F4}  {slice.Figures[row].Recall:F4}")),
            ]);
        }

        terminal.Write(table);
    }

    private static string Interval(DifferenceInterval difference) => $"{Signed(difference.Low)} to {Signed(difference.High)}";

    private static Table NewTable(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn(Markup.Escape(columns[0])));
        foreach (var column in columns.Skip(1)) table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        return table;
    }
}
