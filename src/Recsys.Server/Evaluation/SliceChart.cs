using System.Xml.Linq;
using Recsys.V1;
using static Recsys.Server.Evaluation.Markup;

namespace Recsys.Server.Evaluation;

/// <summary>Bars of NDCG@10 on one slice, a recommender a bar, each with its name and value beside it.</summary>
internal static class SliceChart
{
    private const double Width = 410;
    private const double RowHeight = 20;
    private const double NameWidth = 160;
    private const double ValueWidth = 58;
    private const int NameLength = 22;

    /// <summary>A slice.</summary>
    /// <param name="slice">Which.</param>
    /// <param name="names">The recommenders'.</param>
    /// <param name="top">The value of a whole bar: the same for all slices of a kind, so that they can be compared.</param>
    public static XElement Draw(EvaluationSlice slice, IReadOnlyList<string> names, double top)
    {
        var scale = new Scale(0, Math.Max(top, 1e-9), NameWidth, Width - ValueWidth);
        var best = slice.Figures.Max(figures => figures.Ndcg);
        var parts = new List<XElement>();
        for (var row = 0; row < names.Count; row++)
        {
            var (y, ndcg) = (row * RowHeight, slice.Figures[row].Ndcg);
            var style = ndcg == best && best > 0 ? "label best" : "label";
            parts.Add(Label(NameWidth - 8, y + 14, Cut(names[row], NameLength), "end", style));
            parts.Add(El("rect", [("x", Number(NameWidth)), ("y", Number(y + 4)), ("width", Number(scale[ndcg] - NameWidth)), ("height", "13"), ("class", "bar")]));
            parts.Add(Label(scale[ndcg] + 5, y + 14, Figures.Share(ndcg), style: style));
        }

        parts.Add(Line(NameWidth, 0, NameWidth, names.Count * RowHeight, "axis"));
        return El(
            "figure",
            El("figcaption", El("b", slice.Name), $", {Figures.Count(slice.CaseCount)} targets"),
            Drawing(Width, names.Count * RowHeight, $"NDCG@10 of each recommender on {slice.Name}", parts));
    }
}
