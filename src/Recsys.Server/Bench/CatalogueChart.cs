using System.Globalization;
using System.Security;
using System.Text;

namespace Recsys.Server.Bench;

/// <summary>Latency against catalogue size as an SVG picture: both axes logarithmic, a colour a kind of operation, p99 solid and p50 dashed.</summary>
internal static class CatalogueChart
{
    private const int Width = 900, Height = 540, Left = 80, Right = 200, Top = 60, Bottom = 60;
    private static readonly string[] Colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd"];

    /// <summary>Draws it.</summary>
    public static string Draw(BenchReport report)
    {
        var svg = new StringBuilder();
        Line(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="13">""");
        Line(svg, $"""<rect width="{Width}" height="{Height}" fill="white"/>""");
        var settings = report.Settings;
        Line(svg, $"""<text x="{Left}" y="24" font-size="17">recsys bench: latency by catalogue size</text>""");
        var conditions = Escape($"{Rate(report)}, {settings.Mix.Text}, model {settings.Dimensions}; {report.Machine.Processor}, {report.Machine.Cores} cores");
        Line(svg, $"""<text x="{Left}" y="44" fill="#555">{conditions}</text>""");

        var kinds = report.Results.SelectMany(result => result.Server.Operations.Keys).Distinct().ToArray();
        var all = report.Results.SelectMany(result => result.Server.Operations.Values).SelectMany(row => new[] { row.P50Ms, row.P99Ms }).Where(ms => ms > 0).DefaultIfEmpty(1).ToArray();
        var (low, high) = (Math.Floor(Math.Log10(all.Min())), Math.Ceiling(Math.Log10(all.Max() * 1.01)));
        var (first, last) = (Math.Log10(report.Results.Min(result => result.Items)), Math.Log10(report.Results.Max(result => result.Items)));
        Axes(svg, report, low, high, X, Y);
        for (var i = 0; i < kinds.Length; i++)
        {
            var colour = Colours[i % Colours.Length];
            Curve(svg, report, kinds[i], row => row.P99Ms, colour, "", X, Y);
            Curve(svg, report, kinds[i], row => row.P50Ms, colour, "6 5", X, Y);
            var y = Top + 10 + (i * 44);
            Line(svg, $"""<path d="M{Width - Right + 20} {y}h34" stroke="{colour}" stroke-width="2"/><text x="{Width - Right + 62}" y="{y + 4}">{kinds[i].Replace('_', ' ')} p99</text>""");
            Line(svg, $"""<path d="M{Width - Right + 20} {y + 18}h34" stroke="{colour}" stroke-width="2" stroke-dasharray="6 5"/><text x="{Width - Right + 62}" y="{y + 22}">p50</text>""");
        }

        Line(svg, $"</svg>");
        return svg.ToString();

        double X(double items) => Left + ((Width - Left - Right) * (last > first ? (Math.Log10(items) - first) / (last - first) : 0.5));

        double Y(double ms) => Height - Bottom - ((Height - Top - Bottom) * (Math.Log10(Math.Max(ms, Math.Pow(10, low))) - low) / (high - low));
    }

    private static string Rate(BenchReport report) => report.Settings.Rate is { } rate
        ? string.Create(CultureInfo.InvariantCulture, $"{rate:N0} operations/s")
        : string.Create(CultureInfo.InvariantCulture, $"at the highest rate sustained ({string.Join(", ", report.Results.Select(result => $"{result.Server.RatePerSecond:F0}"))}/s)");

    private static void Axes(StringBuilder svg, BenchReport report, double low, double high, Func<double, double> x, Func<double, double> y)
    {
        for (var decade = low; decade <= high; decade++)
        {
            foreach (var step in decade < high ? new[] { 1, 2, 5 } : [1])
            {
                var ms = step * Math.Pow(10, decade);
                Line(svg, $"""<path d="M{Left} {y(ms):F1}H{Width - Right}" stroke="{(step == 1 ? "#bbb" : "#e8e8e8")}"/>""");
                Line(svg, $"""<text x="{Left - 8}" y="{y(ms) + 4:F1}" text-anchor="end">{ms:0.###}</text>""");
            }
        }

        foreach (var items in report.Results.Select(result => result.Items).Distinct())
        {
            Line(svg, $"""<path d="M{x(items):F1} {Top}V{Height - Bottom}" stroke="#ddd"/><text x="{x(items):F1}" y="{Height - Bottom + 20}" text-anchor="middle">{CountText.Short(items)}</text>""");
        }

        Line(svg, $"""<text x="{(Left + Width - Right) / 2}" y="{Height - 14}" text-anchor="middle">items in the catalogue</text>""");
        Line(svg, $"""<text transform="translate(22 {(Top + Height - Bottom) / 2}) rotate(-90)" text-anchor="middle">milliseconds from when it was due</text>""");
    }

    private static void Curve(
        StringBuilder svg, BenchReport report, string kind, Func<LatencySummary, double> figure, string colour, string dashes, Func<double, double> x, Func<double, double> y)
    {
        var points = report.Results
            .Where(result => result.Server.Operations.TryGetValue(kind, out var row) && row.Count > 0)
            .OrderBy(result => result.Items)
            .Select(result => (X: x(result.Items), Y: y(figure(result.Server.Operations[kind]))))
            .ToArray();
        var path = string.Join('L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:F1} {point.Y:F1}")));
        Line(svg, $"""<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>""");
        foreach (var point in points) Line(svg, $"""<circle cx="{point.X:F1}" cy="{point.Y:F1}" r="3" fill="{colour}"/>""");
    }

    private static string Escape(FormattableString text) => SecurityElement.Escape(text.ToString(CultureInfo.InvariantCulture));

    private static void Line(StringBuilder svg, FormattableString text) => svg.AppendLine(text.ToString(CultureInfo.InvariantCulture));
}
