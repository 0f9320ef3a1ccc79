using System.Globalization;
using System.Text;
using Recsys.Inference.Evaluation;
using Recsys.Training.Session;

namespace Recsys.Training.Tuning;

/// <summary>The outcome for people: a line a trial, best first, and the verdict.</summary>
internal static class TuningTable
{
    private const int MostRows = 30;

    /// <summary>The text.</summary>
    public static string Write(TuningOutcome outcome)
    {
        List<string[]> rows = [["rank", "trial", .. outcome.Plan.Rungs.Select(rung => $"{rung.Epochs} {(rung.Epochs == 1 ? "epoch" : "epochs")}"), "minutes", "differs from the preset"]];
        rows.AddRange(outcome.Ranked.Take(MostRows).Select((trial, at) => Row(outcome, trial, at + 1)));
        var widths = Enumerable.Range(0, rows[0].Length - 1).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture, $"NDCG@{SessionValidator.DecisiveK} / HR@{SessionValidator.DecisiveK} of {outcome.ValidationUsers:N0} held-out users, by the epochs of each rung:");
        text.AppendLine();
        foreach (var row in rows)
            text.AppendLine($"  {string.Join("  ", row.Take(widths.Length).Select((cell, column) => cell.PadLeft(widths[column])))}  {row[^1]}");
        if (outcome.Ranked.Count > MostRows)
            text.AppendLine(CultureInfo.InvariantCulture, $"  and {outcome.Ranked.Count - MostRows} more: see the report");
        text.AppendLine();
        if (outcome.NotTrained > 0)
            text.AppendLine(CultureInfo.InvariantCulture, $"The time was up before {outcome.NotTrained} trainings that were due; the same command with a longer --budget does them too.");
        text.AppendLine(outcome.Verdict.Reason);
        return text.ToString();
    }

    private static string[] Row(TuningOutcome outcome, Trial trial, int rank)
    {
        var trainings = outcome.Plan.Rungs.Select((_, rung) => outcome.Of(trial, rung)).ToArray();
        var failed = trainings.FirstOrDefault(training => training?.Failed is not null)?.Failed;
        return
        [
            rank.ToString(CultureInfo.InvariantCulture),
            trial.Number.ToString(CultureInfo.InvariantCulture),
            .. trainings.Select(Cell),
            (trainings.Sum(training => training?.Seconds ?? 0) / 60).ToString("F1", CultureInfo.InvariantCulture),
            trial.Describe(outcome.Preset) + (failed is null ? "" : $" ({failed})"),
        ];
    }

    private static string Cell(FinishedTraining? training) => training switch
    {
        null => "",
        { Failed: not null } => "failed",
        _ => string.Create(
            CultureInfo.InvariantCulture, $"{training.Ndcg():F4} / {training.Ranks.Average(rank => RankingMetrics.Recall(rank, SessionValidator.DecisiveK)):F4}"),
    };
}
