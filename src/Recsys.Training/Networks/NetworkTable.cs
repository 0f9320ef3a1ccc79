using System.Globalization;
using Recsys.Content.Networks;

namespace Recsys.Training.Networks;

/// <summary>Reports side by side, for people.</summary>
internal static class NetworkTable
{
    /// <summary>The model that is told the most frequent, or the mean.</summary>
    public const string Majority = "majority";

    /// <summary>The linear model.</summary>
    public const string Linear = "linear";

    /// <summary>A line a model below a line of names, all columns as wide as their widest.</summary>
    public static string Of(IReadOnlyList<NetworkReport> reports)
    {
        string[][] rows = [Names(reports[0]), .. reports.Select(Row)];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Join('\n', rows.Select(row => string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))));
    }

    private static string[] Names(NetworkReport report) => report switch
    {
        { Classes: not null } => ["test", "accuracy", "macro F1", "ROC AUC", "log loss", "calibration error"],
        { Labels: not null } => ["test", "micro F1", "macro F1", "ROC AUC", "log loss", "calibration error"],
        _ => ["test", "RMSE", "MAE", "R2"],
    };

    private static string[] Row(NetworkReport report) => report switch
    {
        { Classes: { } classes } => Row(report.Model, classes.Accuracy, classes.MacroF1, classes.RocAuc, classes.LogLoss, classes.CalibrationError),
        { Labels: { } labels } => Row(report.Model, labels.MicroF1, labels.MacroF1, labels.RocAuc, labels.LogLoss, labels.CalibrationError),
        _ => Row(report.Model, report.Number!.Rmse, report.Number.Mae, report.Number.R2),
    };

    private static string[] Row(string model, params double?[] figures) => [model, .. figures.Select(figure => figure?.ToString("F4", CultureInfo.InvariantCulture) ?? "-")];
}
