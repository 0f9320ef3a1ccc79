using System.Xml.Linq;
using Recsys.Server.Evaluation;
using Recsys.V1;

namespace Recsys.ServerTests.Evaluation;

/// <summary>The report is XML as well as HTML: what it holds is read as such.</summary>
public sealed class HtmlReportTests
{
    private const string Hostile = "</style><script>alert('1')</script> & \"quoted\" \u0001\uD800";

    [Fact]
    public void Report_when_written_is_one_file_that_needs_no_other_and_no_script()
    {
        var html = HtmlReport.Write(Sample("a", "b"), "films");
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", html, StringComparison.Ordinal);
        var page = Parse(html);
        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName is "src" or "href" or "onload");
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page.Descendants("style").Single().Value, StringComparison.Ordinal);
        Assert.DoesNotContain(ReportStyle.Css, c => c is '<' or '>' or '&');

        // HTML knows no empty elements but these; a parser would take what follows into them.
        string[] empty = ["meta", "line", "circle", "rect", "polygon", "polyline"];
        Assert.DoesNotContain(page.Descendants(), element => element.IsEmpty && !empty.Contains(element.Name.LocalName));
    }

    [Fact]
    public void Report_when_written_has_every_row_in_every_table_and_every_figure()
    {
        var report = Sample("session (model)", "a rule", "another");
        report.Slices.Add(new EvaluationSlice { Kind = EvaluationSliceKind.TargetPopularity, Name = "not there", Figures = { report.Rows.Select(_ => new SliceFigures()) } });
        var page = Parse(HtmlReport.Write(report, "films"));
        Assert.Contains("not there (0)", page.Descendants("th").Select(head => head.Value));
        var tables = page.Descendants("table").ToArray();
        Assert.Equal(4, tables.Length);
        foreach (var table in tables) Assert.Equal(["session (model)", "a rule", "another"], table.Descendants("tbody").Single().Elements("tr").Select(row => row.Elements().First().Value));
        var text = page.Value;
        Assert.All(["0.1100", "0.2100", "0.3100", "+0.0100", "[\u22120.0050, +0.0250]", "3.50", "0.625", "0.0910"], figure => Assert.Contains(figure, text, StringComparison.Ordinal));
        Assert.Contains("a note", page.Descendants("li").Select(note => note.Value));
        Assert.Contains("Ties: against the target", page.Descendants("li").Select(note => note.Value));

        // Two slices, loss and validation; targets that nobody can find have no bars.
        Assert.Equal(4, page.Descendants("figure").Count());
        Assert.Equal(2 * 3, page.Descendants("rect").Count(rect => (string?)rect.Attribute("class") == "bar"));
        Assert.Equal(["3", "2"], page.Descendants("polyline").Select(line => $"{((string)line.Attribute("points")!).Split(' ').Length}"));
    }

    [Fact]
    public void Error_bar_when_drawn_spans_its_interval_and_says_by_its_shape_whether_that_holds_zero()
    {
        var report = Sample("first", "unsure", "sure");
        report.Rows[2].NdcgDifference = new DifferenceInterval { Mean = 0.02, Low = 0.01, High = 0.03 };
        var rows = Parse(HtmlReport.Write(report, "films")).Descendants("tbody").First().Elements("tr").ToArray();
        Assert.Empty(rows[0].Descendants("svg"));
        Assert.Equal("unsure", (string?)rows[1].Descendants("circle").First().Attribute("class"));
        Assert.Equal("sure", (string?)rows[2].Descendants("circle").First().Attribute("class"));
        var (zero, whisker) = (Place(rows[1], "zero", "x1"), (Low: Place(rows[1], "whisker", "x1"), High: Place(rows[1], "whisker", "x2")));
        var dot = (double)rows[1].Descendants("circle").First().Attribute("cx")!;
        Assert.True(whisker.Low < zero && zero < dot && dot < whisker.High, $"{whisker} {zero} {dot}");
        Assert.True(zero < Place(rows[2], "whisker", "x1"), "an interval above zero lies right of it");
        Assert.Equal((whisker.High - whisker.Low) / 0.03, (Place(rows[2], "whisker", "x2") - Place(rows[2], "whisker", "x1")) / 0.02, 0.5 / 0.02);
    }

    [Fact]
    public void Hostile_names_and_notes_when_written_stay_text()
    {
        var report = Sample("session (model)", Hostile);
        report.Notes.Add(Hostile);
        report.Slices[0].Name = Hostile;
        report.TrainingCurves[0].Name = Hostile;
        var html = HtmlReport.Write(report, Hostile);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        var page = Parse(html);
        var expected = Hostile.Replace('\u0001', '\uFFFD').Replace('\uD800', '\uFFFD');
        Assert.Equal(expected, page.Descendants("tbody").First().Elements("tr").Last().Elements("th").Single().Value);
        Assert.Contains(expected, page.Descendants("li").Select(note => note.Value));
        Assert.Equal($"Evaluation of {expected}", page.Descendants("title").Single().Value);
    }

    [Fact]
    public void Report_when_a_trainer_said_nothing_or_there_is_one_row_is_whole()
    {
        var report = Sample("alone");
        report.TrainingCurves.Clear();
        report.Slices.Clear();
        Assert.Contains("The trainer reported no epochs.", Parse(HtmlReport.Write(report, "films")).Value, StringComparison.Ordinal);
    }

    private static double Place(XElement row, string style, string attribute) =>
        (double)row.Descendants("line").First(line => (string?)line.Attribute("class") == style).Attribute(attribute)!;

    private static XElement Parse(string html) => XDocument.Parse(html[html.IndexOf("<html", StringComparison.Ordinal)..], LoadOptions.PreserveWhitespace).Root!;

    private static EvaluationReport Sample(params string[] names)
    {
        var report = new EvaluationReport
        {
            UserCount = 10,
            CaseCount = 12,
            ItemCount = 30,
            TrainingInteractionCount = 500,
            BootstrapResamples = 2_000,
            TieRule = "against the target",
            Notes = { "a note" },
        };
        for (var i = 0; i < names.Length; i++)
        {
            var row = new EvaluationRow
            {
                Name = names[i],
                NdcgDifference = i == 0 ? new() : new() { Mean = 0.01, Low = -0.005, High = 0.025 },
                RecallDifference = i == 0 ? new() : new() { Mean = -0.1, Low = -0.2, High = -0.05 },
                Novelty = 3.5,
                Gini = 0.625,
            };
            foreach (var k in new[] { 5, 10, 20 }) row.Metrics.Add(new RankingMetrics { K = k, Ndcg = 0.11 + (i * 0.1), Recall = 0.3, Mrr = 0.091, Coverage = 0.4 });
            report.Rows.Add(row);
        }

        foreach (var kind in new[] { EvaluationSliceKind.HistoryLength, EvaluationSliceKind.TargetPopularity })
        {
            var slice = new EvaluationSlice { Kind = kind, Name = $"{kind}", CaseCount = 6, ToCount = 9 };
            slice.Figures.AddRange(names.Select((_, i) => new SliceFigures { Ndcg = 0.1 + i, Recall = 0.5 }));
            report.Slices.Add(slice);
        }

        var curve = new TrainingCurve { Name = "session" };
        curve.Epochs.AddRange(Enumerable.Range(1, 3).Select(epoch => new TrainingEpoch { Epoch = epoch, Loss = 5.0 / epoch }));
        foreach (var epoch in curve.Epochs.Skip(1)) epoch.ValidationNdcg = 0.1 * epoch.Epoch;
        report.TrainingCurves.Add(curve);
        return report;
    }
}
