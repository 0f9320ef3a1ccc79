using System.Globalization;
using System.Xml.Linq;
using Recsys.Server.Evaluation;
using static Recsys.Server.Evaluation.Markup;

namespace Recsys.Server.Commands.Drift;

/// <summary>The play rate of each day as two lines; dashes, the points' shape and a legend tell them apart, not colour alone.</summary>
internal static class DriftPicture
{
    private const double Width = 640;
    private const double Height = 320;
    private const double Left = 56;
    private const double Right = 16;
    private const double Top = 40;
    private const double Bottom = 62;
    private const string Style = "text{font:12px system-ui,sans-serif;fill:#333}.title{font-weight:600;font-size:14px}.grid{stroke:#ddd}.axis{stroke:#888}"
        + ".on{stroke:#0b6e4f;fill:none;stroke-width:2}.off{stroke:#b3541e;fill:none;stroke-width:2;stroke-dasharray:6 4}.onp{fill:#0b6e4f}.offp{fill:#b3541e}.paper{fill:#fff}";

    /// <summary>Draws it, as a file of its own.</summary>
    public static string Draw(DriftResult result)
    {
        double[] all = [.. result.On.Select(day => day.PlayRate), .. result.Off.Select(day => day.PlayRate)];
        var margin = Math.Max(0.01, (all.Max() - all.Min()) * 0.08);
        var x = new Scale(1, Math.Max(2, result.On.Count), Left, Width - Right);
        var y = new Scale(Math.Max(0, all.Min() - margin), all.Max() + margin, Height - Bottom, Top);
        List<XElement> parts =
        [
            El("style", Style),
            El("rect", [("width", Number(Width)), ("height", Number(Height)), ("class", "paper")]),
            Label(Left, 22, "Play rate in a world whose tastes drift", style: "title"),
        ];
        foreach (var tick in y.Ticks(6))
        {
            parts.Add(Line(Left, y[tick], Width - Right, y[tick], "grid"));
            parts.Add(Label(Left - 8, y[tick] + 4, tick.ToString("P0", CultureInfo.InvariantCulture), "end"));
        }

        foreach (var tick in x.Ticks(10).Where(tick => tick == Math.Floor(tick)).DefaultIfEmpty(1))
            parts.Add(Label(x[tick], Height - Bottom + 18, tick.ToString("0", CultureInfo.InvariantCulture), "middle"));
        parts.Add(Label((Left + Width - Right) / 2, Height - Bottom + 36, "simulated day", "middle"));
        parts.Add(Line(Left, y.Start, Width - Right, y.Start, "axis"));
        AddLine(parts, result.Off, x, y, "off");
        AddLine(parts, result.On, x, y, "on");
        AddLegend(parts, Left, "on", $"continuous learning, {Percent(DriftResult.Rate(result.On))} in all");
        AddLegend(parts, Left + 300, "off", $"the model of day 1 alone, {Percent(DriftResult.Rate(result.Off))} in all");
        var drawing = Drawing(Width, Height, "Play rate by simulated day, with continuous learning and without", parts);
        XNamespace svg = "http://www.w3.org/2000/svg";
        foreach (var element in drawing.DescendantsAndSelf()) element.Name = svg + element.Name.LocalName;
        return drawing.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static void AddLine(List<XElement> parts, IReadOnlyList<DriftDay> days, Scale x, Scale y, string style)
    {
        parts.Add(El("polyline", [("points", string.Join(' ', days.Select((day, i) => $"{Number(x[i + 1])},{Number(y[day.PlayRate])}"))), ("class", style)]));
        for (var i = 0; i < days.Count; i++) parts.Add(Point(x[i + 1], y[days[i].PlayRate], style));
    }

    private static void AddLegend(List<XElement> parts, double left, string style, string text)
    {
        parts.Add(Line(left, Height - 12, left + 36, Height - 12, style));
        parts.Add(Point(left + 18, Height - 12, style));
        parts.Add(Label(left + 44, Height - 8, text));
    }

    private static XElement Point(double x, double y, string style) => style == "on"
        ? El("circle", [("cx", Number(x)), ("cy", Number(y)), ("r", "3.2"), ("class", "onp")])
        : El("rect", [("x", Number(x - 3)), ("y", Number(y - 3)), ("width", "6"), ("height", "6"), ("class", "offp")]);

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
