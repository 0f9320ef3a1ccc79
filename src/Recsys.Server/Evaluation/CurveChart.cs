using System.Globalization;
using System.Xml.Linq;
using Recsys.V1;
using static Recsys.Server.Evaluation.Markup;

namespace Recsys.Server.Evaluation;

/// <summary>Lines over epochs, told apart by dashes, by the shape of their points and by a legend, not by colour alone.</summary>
internal static class CurveChart
{
    private const double Width = 560;
    private const double Height = 260;
    private const double Left = 58;
    private const double Right = 14;
    private const double Top = 12;
    private const double Bottom = 38;
    private const double LegendRow = 20;
    private const int Styles = 7;
    private const int Shapes = 4;
    private const int MaxPoints = 40;
    private const int NameLength = 60;

    /// <summary>A chart.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="curves">The lines.</param>
    /// <param name="value">A point's value; null: there's none.</param>
    /// <returns>Null: there isn't a point.</returns>
    public static XElement? Draw(string title, IReadOnlyList<TrainingCurve> curves, Func<TrainingEpoch, double?> value)
    {
        (string Name, (int Epoch, double Value)[] Points)[] lines =
        [
            .. curves.Select(curve => (curve.Name, curve.Epochs.Where(epoch => value(epoch) is not null).Select(epoch => (epoch.Epoch, value(epoch)!.Value)).ToArray())),
        ];
        var all = lines.SelectMany(line => line.Points).ToArray();
        if (all.Length == 0) return null;
        var (low, high) = (all.Min(point => point.Value), all.Max(point => point.Value));
        var margin = high > low ? (high - low) * 0.06 : Math.Max(Math.Abs(high) * 0.1, 1e-3);
        var x = new Scale(1, Math.Max(2, all.Max(point => point.Epoch)), Left, Width - Right);
        var y = new Scale(low - margin, high + margin, Height - Bottom, Top);
        var parts = new List<XElement>(Axes(x, y));
        for (var i = 0; i < lines.Length; i++)
        {
            var style = $"curve c{i % Styles}";
            var points = lines[i].Points;
            if (points.Length > 1)
                parts.Add(El("polyline", [("points", string.Join(' ', points.Select(point => $"{Number(x[point.Epoch])},{Number(y[point.Value])}"))), ("class", style)]));
            foreach (var point in points.Where((_, at) => at % (1 + (points.Length / MaxPoints)) == 0)) parts.Add(Point(x[point.Epoch], y[point.Value], i));
            var legend = Height + 6 + (i * LegendRow);
            parts.Add(Line(Left, legend, Left + 44, legend, style));
            parts.Add(Point(Left + 22, legend, i));
            parts.Add(Label(Left + 54, legend + 4, Cut(lines[i].Name, NameLength)));
        }

        return El("figure", El("figcaption", El("b", title)), Drawing(Width, Height + (lines.Length * LegendRow), $"{title} by epoch", parts));
    }

    private static IEnumerable<XElement> Axes(Scale x, Scale y)
    {
        foreach (var tick in y.Ticks(5))
        {
            yield return Line(Left, y[tick], Width - Right, y[tick], "grid");
            yield return Label(Left - 8, y[tick] + 4, tick.ToString("0.####", CultureInfo.InvariantCulture), "end", "tick");
        }

        foreach (var tick in x.Ticks(10).Where(tick => tick == Math.Floor(tick)))
            yield return Label(x[tick], Height - Bottom + 18, tick.ToString("0", CultureInfo.InvariantCulture), "middle", "tick");
        yield return Label((Left + Width - Right) / 2, Height - 4, "epoch", "middle", "tick");
        yield return Line(Left, y.Start, Width - Right, y.Start, "axis");
    }

    private static XElement Point(double x, double y, int line)
    {
        var style = $"point p{line % Styles}";
        return (line % Shapes) switch
        {
            0 => El("circle", [("cx", Number(x)), ("cy", Number(y)), ("r", "3.5"), ("class", style)]),
            1 => El("rect", [("x", Number(x - 3.2)), ("y", Number(y - 3.2)), ("width", "6.4"), ("height", "6.4"), ("class", style)]),
            2 => El("polygon", [("points", $"{Number(x)},{Number(y - 4.2)} {Number(x + 4)},{Number(y + 3.2)} {Number(x - 4)},{Number(y + 3.2)}"), ("class", style)]),
            _ => El("polygon", [("points", $"{Number(x)},{Number(y - 4.5)} {Number(x + 4.5)},{Number(y)} {Number(x)},{Number(y + 4.5)} {Number(x - 4.5)},{Number(y)}"), ("class", style)]),
        };
    }
}
