using System.Globalization;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>A table of ranking metrics at several cut-offs.</summary>
internal static class MetricsTable
{
    private static readonly int[] CutOffs = [5, 10, 20];

    /// <summary>An empty table with a column for each metric at each cut-off.</summary>
    public static Table Create(string nameColumn)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(nameColumn);
        foreach (var metric in new[] { "NDCG", "Recall", "MRR", "Cover" })
        {
            foreach (var k in CutOffs)
            {
                table.AddColumn(new TableColumn($"{metric}@{k}").RightAligned().NoWrap());
            }
        }

        return table;
    }

    /// <summary>Adds one recommender's figures.</summary>
    public static void AddRow(Table table, string name, IReadOnlyList<RankingMetrics> metrics)
    {
        var cells = new List<string> { Markup.Escape(name) };
        foreach (var figure in new Func<RankingMetrics, double>[] { m => m.Ndcg, m => m.Recall, m => m.Mrr, m => m.Coverage })
        {
            foreach (var k in CutOffs)
            {
                cells.Add(metrics.FirstOrDefault(m => m.K == k) is { } found ? figure(found).ToString("F4", CultureInfo.InvariantCulture) : "-");
            }
        }

        table.AddRow([.. cells]);
    }
}
