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
        terminal.WriteLine("Whole lists, by the weight of the fresh source:");
        var whole = new Table().Border(TableBorder.Simple);
        foreach (var column in (string[])["weight", "Recall at 20", "removed items in 20", "NDCG@10 of known ones"]) whole.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in report.Whole)
            whole.AddRow(row.Weight.ToString(CultureInfo.InvariantCulture), Number(row.Recall), row.Places.ToString("F2", CultureInfo.InvariantCulture), Number(row.KnownNdcg));
        terminal.Write(whole);
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
        ["whole"] = new JsonArray(
        [
            .. report.Whole.Select(row => new JsonObject
            {
                ["weight"] = row.Weight,
                ["recall_at_20"] = row.Recall,
                ["removed_in_20"] = row.Places,
                ["known_ndcg_at_10"] = row.KnownNdcg,
            }),
        ]),
    };

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
