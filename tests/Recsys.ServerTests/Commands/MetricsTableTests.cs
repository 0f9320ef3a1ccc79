using Recsys.Server.Commands;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.ServerTests.Commands;

public sealed class MetricsTableTests
{
    /// <summary>However long the names are and whatever the width: three cut-offs side by side, or one below the other, and no figure is cut in two.</summary>
    [Theory]
    [InlineData("session (model)", 160, 1)]
    [InlineData("session (model)", 100, 3)]
    [InlineData("session (model, told the time of the request)", 160, 3)]
    [InlineData("session (model, told the time of the request)", 200, 1)]
    public void Figures_are_on_their_rows_line_in_as_many_tables_as_the_width_asks_for(string name, int width, int tables)
    {
        var text = new StringWriter();
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        terminal.Profile.Width = width;
        var table = new MetricsTable("recommender");
        int[] cutOffs = [5, 10, 20];
        table.AddRow(name, [.. cutOffs.Select(k => new RankingMetrics { K = k, Ndcg = 0.1 + (k * 0.001), Recall = 0.2, Mrr = 0.3, Coverage = 0.4 })]);
        table.WriteTo(terminal);

        var lines = text.ToString().Split('\n');
        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width, line));
        Assert.Equal(tables, lines.Count(line => line.Contains("NDCG@", StringComparison.Ordinal)));
        var rows = string.Join(' ', lines.Where(line => line.Contains(name, StringComparison.Ordinal)));
        Assert.All(new[] { "0.1050", "0.1100", "0.1200" }, figure => Assert.Contains(figure, rows, StringComparison.Ordinal));
    }
}
