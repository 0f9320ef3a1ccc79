using System.Globalization;
using Recsys.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Recsys.Server.Commands;

/// <summary>Ranking metrics at several cut-offs: one table where the terminal is wide enough, else a table a cut-off.</summary>
internal sealed class MetricsTable(string nameColumn)
{
    private static readonly int[] CutOffs = [5, 10, 20];

    private static readonly (string Name, Func<RankingMetrics, double> Of)[] Figures =
        [("NDCG", m => m.Ndcg), ("Recall", m => m.Recall), ("MRR", m => m.Mrr), ("Cover", m => m.Coverage)];

    private readonly List<(string Name, IReadOnlyList<RankingMetrics> Metrics)> _rows = [];

    /// <summary>Adds one recommender's figures.</summary>
    public void AddRow(string name, IReadOnlyList<RankingMetrics> metrics) => _rows.Add((name, metrics));

    /// <summary>Prints it.</summary>
    public void WriteTo(IAnsiConsole terminal)
    {
        var wide = Of(CutOffs);
        var width = ((IRenderable)wide).Measure(RenderOptions.Create(terminal, terminal.Profile.Capabilities), int.MaxValue).Max;
        foreach (var table in width <= terminal.Profile.Width ? [wide] : CutOffs.Select(k => Of([k]))) terminal.Write(table);
    }

    private Table Of(int[] cutOffs)
    {
        var columns = Figures.SelectMany(figure => cutOffs.Select(k => (Title: $"{figure.Name}@{k}", K: k, figure.Of))).ToArray();
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn(nameColumn).NoWrap());
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column.Title).RightAligned().NoWrap());
        }

        foreach (var (name, metrics) in _rows)
        {
            table.AddRow([Markup.Escape(name), .. columns.Select(c => metrics.FirstOrDefault(m => m.K == c.K) is { } found ? c.Of(found).ToString("F4", CultureInfo.InvariantCulture) : "-")]);
        }

        return table;
    }
}
