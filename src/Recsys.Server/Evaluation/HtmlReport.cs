using System.Globalization;
using System.Xml.Linq;
using Recsys.Server.Commands;
using Recsys.V1;
using static Recsys.Server.Evaluation.Markup;

namespace Recsys.Server.Evaluation;

/// <summary>An evaluation's report as one HTML file: no network, no script, light and dark, everything that a figure shows also in words.</summary>
internal static class HtmlReport
{
    /// <summary>The page.</summary>
    /// <param name="report">The report.</param>
    /// <param name="ns">Its namespace.</param>
    public static string Write(EvaluationReport report, string ns)
    {
        var title = $"Evaluation of {ns}";
        var page = El(
            "html",
            [("lang", "en")],
            El("head",
                El("meta", [("charset", "utf-8")]),
                El("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
                El("title", title),
                El("style", ReportStyle.Css)),
            El("body",
                El("h1", title),
                El("p", EvaluationTables.Heading(report)),
                El("h2", "Comparison"),
                El("p", [("class", "soft")], ComparisonText(report)),
                El("div", [("class", "wide")], Comparison(report)),
                El("h2", "Slices"),
                El("p", [("class", "soft")], "A mean hides who is served well. Bars are NDCG@10, on one scale within a group; the best of each is bold."),
                El("div", [.. report.Slices.GroupBy(slice => slice.Kind).SelectMany(group => Slices(report, group.Key, [.. group])), El("p", [("class", "soft")], SliceText)]),
                El("h2", "Beyond accuracy"),
                El("p", [("class", "soft")], DiversityText),
                El("div", [("class", "wide")], Diversity(report)),
                El("h2", "Training"),
                El("div", [("class", "charts")], Curves(report)),
                El("h2", "Notes"),
                El("ul", [.. Notes(report).Select(note => El("li", note))])));
        return $"<!DOCTYPE html>\n{page.ToString(SaveOptions.DisableFormatting)}\n";
    }

    private const string SliceText =
        "History: quarters of the targets by how many interactions lie before them, shortest first. Popularity of the target: head, the fewest items that make half of all "
        + "training interactions together; middle, the next ones up to nine tenths; tail, all others.";

    private const string DiversityText =
        "Of the first 10 items of each list. Coverage: the share of all items that anybody is shown. Novelty: the mean of \u2212log2 of an item's share of the training interactions, in bits; "
        + "higher is less of what everybody knows. Gini: how unequally the places are spread over the items; 0 is equal, 1 is all on one item.";

    private static string ComparisonText(EvaluationReport report) =>
        $"Differences are to the first row, target by target, with a 95 % interval (paired bootstrap of users, {Figures.Count(report.BootstrapResamples)} resamples). "
        + "A filled dot: the interval doesn't hold 0. A ring: it does, and there's no evidence of a difference. The best of each column is bold. Recall is the hit rate HR.";

    private static XElement Comparison(EvaluationReport report)
    {
        var others = report.Rows.Skip(1).ToArray();
        var ndcg = new IntervalBar([.. others.Select(row => row.NdcgDifference).DefaultIfEmpty(new DifferenceInterval())]);
        var recall = new IntervalBar([.. others.Select(row => row.RecallDifference).DefaultIfEmpty(new DifferenceInterval())]);
        (string Title, Func<EvaluationRow, double> Of)[] columns =
        [
            ("NDCG@10", row => At(row, 10).Ndcg), ("Recall@10", row => At(row, 10).Recall), ("MRR@10", row => At(row, 10).Mrr),
            ("Recall@20", row => At(row, 20).Recall), ("MRR@20", row => At(row, 20).Mrr),
        ];
        var best = columns.Select(column => report.Rows.Max(column.Of)).ToArray();
        return El(
            "table",
            El("thead", El("tr",
                [El("th", "Recommender"), .. Head(columns[0].Title, ndcg), .. Head(columns[1].Title, recall), .. columns.Skip(2).Select(column => El("th", column.Title))])),
            El("tbody", [.. report.Rows.Select((row, at) => El(
                "tr",
                [
                    El("th", row.Name),
                    Cell(row, 0), .. Difference(row.NdcgDifference, ndcg, at == 0),
                    Cell(row, 1), .. Difference(row.RecallDifference, recall, at == 0),
                    .. Enumerable.Range(2, columns.Length - 2).Select(column => Cell(row, column)),
                ]))]));

        XElement Cell(EvaluationRow row, int column)
        {
            var value = columns[column].Of(row);
            return El("td", value == best[column] && value > 0 ? [("class", "best")] : [], Figures.Share(value));
        }
    }

    private static XElement[] Head(string title, IntervalBar bar) => [El("th", title), El("th", "difference"), El("th", [("class", "drawn")], bar.Axis())];

    private static XElement[] Difference(DifferenceInterval one, IntervalBar bar, bool first) => first
        ? [El("td", "first row"), El("td", "\u2013")]
        :
        [
            El("td", Figures.Signed(one.Mean), El("span", [("class", "range")], $"[{Figures.Signed(one.Low)}, {Figures.Signed(one.High)}]")),
            El("td", [("class", "drawn")], bar.Draw(one)),
        ];

    private static IEnumerable<XElement> Slices(EvaluationReport report, EvaluationSliceKind kind, EvaluationSlice[] slices)
    {
        string[] names = [.. report.Rows.Select(row => row.Name)];
        var top = slices.Max(slice => slice.Figures.Max(figures => figures.Ndcg));
        yield return El("h3", $"By {EvaluationTables.KindName(kind)}");
        yield return El("div", [("class", "charts")], [.. slices.Where(HasBars).Select(slice => SliceChart.Draw(slice, names, top))]);
        yield return El("details", El("summary", "The figures: NDCG@10 and Recall@10"), El("div", [("class", "wide")], El(
            "table",
            El("thead", El("tr", [El("th", "Recommender"), .. slices.Select(slice => El("th", $"{slice.Name} ({Figures.Count(slice.CaseCount)})"))])),
            El("tbody", [.. names.Select((name, row) => El(
                "tr",
                [El("th", name), .. slices.Select(slice => El("td", $"{Figures.Share(slice.Figures[row].Ndcg)} \u00B7 {Figures.Share(slice.Figures[row].Recall)}"))]))]))));
    }

    /// <summary>Of targets that the training part doesn't have, the table alone says that all rows are 0.</summary>
    private static bool HasBars(EvaluationSlice slice) => slice.Kind != EvaluationSliceKind.TargetPopularity || slice.ToCount > 0;

    private static XElement Diversity(EvaluationReport report) => El(
        "table",
        El("thead", El("tr", El("th", "Recommender"), El("th", "Coverage@10"), El("th", "Novelty, bits"), El("th", "Gini"))),
        El("tbody", [.. report.Rows.Select(row => El(
            "tr",
            El("th", row.Name),
            El("td", Figures.Share(At(row, 10).Coverage)),
            El("td", row.Novelty.ToString("F2", CultureInfo.InvariantCulture)),
            El("td", row.Gini.ToString("F3", CultureInfo.InvariantCulture))))]));

    private static XElement[] Curves(EvaluationReport report)
    {
        XElement?[] charts =
        [
            CurveChart.Draw("Training loss, nats a target", report.TrainingCurves, epoch => epoch.Loss > 0 ? epoch.Loss : null),
            CurveChart.Draw("Validation NDCG@10", report.TrainingCurves, epoch => epoch.HasValidationNdcg ? epoch.ValidationNdcg : null),
        ];
        XElement[] drawn = [.. charts.OfType<XElement>()];
        return drawn.Length > 0 ? drawn : [El("p", "The trainer reported no epochs.")];
    }

    private static IEnumerable<string> Notes(EvaluationReport report)
    {
        yield return $"Ties: {report.TieRule}";
        foreach (var note in report.Notes) yield return note;
        yield return $"The model from float16 states streamed step by step: NDCG@10 {Figures.Share(report.StreamedFloat16Ndcg)}; "
            + $"from float32 windows: {Figures.Share(report.WindowedFloat32Ndcg)}.";
    }

    private static RankingMetrics At(EvaluationRow row, int k) => row.Metrics.First(metrics => metrics.K == k);
}
