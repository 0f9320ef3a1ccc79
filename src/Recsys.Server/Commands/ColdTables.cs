using System.Globalization;
using System.Text.Json.Nodes;
using Recsys.Serving.Models;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>Prints what `recsys evaluate --cold` found.</summary>
internal static class ColdTables
{
    /// <summary>For people.</summary>
    public static void Write(ColdReport report, IAnsiConsole terminal)
    {
        terminal.WriteLine(
            $"{report.ColdItemCount:N0} items removed from all that trains or counts, {report.KnownItemCount:N0} known; trained on {report.TrainingInteractionCount:N0} interactions. "
            + $"Lists of the removed items alone, for the {report.UserCount:N0} users who played some of them:");
        var table = new Table().Border(TableBorder.Simple).AddColumn("order");
        foreach (var column in (string[])["Recall at 20", "first less this", "95 % interval"]) table.AddColumn(new TableColumn(column).RightAligned());
        for (var i = 0; i < report.Rows.Count; i++)
        {
            var row = report.Rows[i];
            table.AddRow(
                Markup.Escape(row.Name), Number(row.Recall), i == 0 ? "" : EvaluationTables.Signed(row.Gain.Mean),
                i == 0 ? "" : $"{EvaluationTables.Signed(row.Gain.Low)} to {EvaluationTables.Signed(row.Gain.High)}");
        }

        terminal.Write(table);
        terminal.WriteLine(
            $"In whole lists: Recall at 20 of the removed items {Number(report.WholeListRecall)}, {report.WholeListPlaces.ToString("F2", CultureInfo.InvariantCulture)} of 20 places are theirs; "
            + $"NDCG@10 of the last interaction with a known item {Number(report.KnownNdcg)}, without the fresh source {Number(report.KnownNdcgWithoutFresh)}.");
    }

    /// <summary>For programs.</summary>
    public static JsonObject Json(ColdReport report) => new()
    {
        ["cold_item_count"] = report.ColdItemCount,
        ["known_item_count"] = report.KnownItemCount,
        ["user_count"] = report.UserCount,
        ["training_interaction_count"] = report.TrainingInteractionCount,
        ["rows"] = new JsonArray(
        [
            .. report.Rows.Select(row => new JsonObject
            {
                ["name"] = row.Name,
                ["recall_at_20"] = row.Recall,
                ["gain"] = new JsonObject { ["mean"] = row.Gain.Mean, ["low"] = row.Gain.Low, ["high"] = row.Gain.High },
            }),
        ]),
        ["whole_list_recall_at_20"] = report.WholeListRecall,
        ["whole_list_places"] = report.WholeListPlaces,
        ["known_ndcg_at_10"] = report.KnownNdcg,
        ["known_ndcg_at_10_without_fresh"] = report.KnownNdcgWithoutFresh,
    };

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
