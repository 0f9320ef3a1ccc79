using System.Xml.Linq;
using Recsys.V1;
using static Recsys.Server.Evaluation.Markup;

namespace Recsys.Server.Evaluation;

/// <summary>
/// Draws differences with their intervals as error bars, all on one scale with a line at zero. A filled dot: the interval doesn't hold 0; a ring: it does. So colour
/// says nothing that shape doesn't.
/// </summary>
internal sealed class IntervalBar
{
    private const double Width = 190;
    private const double Height = 22;
    private const double Margin = 14;
    private const double Cap = 5;

    private readonly Scale _scale;

    /// <param name="intervals">All that are to be compared.</param>
    public IntervalBar(IReadOnlyCollection<DifferenceInterval> intervals)
    {
        var (low, high) = (Math.Min(0, intervals.Min(one => one.Low)), Math.Max(0, intervals.Max(one => one.High)));
        _scale = low < high ? new(low, high, Margin, Width - Margin) : new(-1, 1, Margin, Width - Margin);
    }

    /// <summary>The scale, for the head of the column.</summary>
    public XElement Axis()
    {
        var parts = new List<XElement> { Line(Margin, Height - 1, Width - Margin, Height - 1, "axis") };
        foreach (var tick in _scale.Ticks(3))
        {
            parts.Add(Line(_scale[tick], Height - 5, _scale[tick], Height - 1, "axis"));
            parts.Add(Label(_scale[tick], Height - 9, tick.ToString("0.####"), "middle", "tick"));
        }

        return Drawing(Width, Height, "scale", parts);
    }

    /// <summary>One of them.</summary>
    public XElement Draw(DifferenceInterval one)
    {
        const double middle = Height / 2;
        var sure = one.Low > 0 || one.High < 0;
        return Drawing(Width, Height, $"{Figures.Signed(one.Mean)}, 95 % interval {Figures.Signed(one.Low)} to {Figures.Signed(one.High)}",
        [
            Line(_scale[0], 0, _scale[0], Height, "zero"),
            Line(_scale[one.Low], middle, _scale[one.High], middle, "whisker"),
            Line(_scale[one.Low], middle - Cap, _scale[one.Low], middle + Cap, "whisker"),
            Line(_scale[one.High], middle - Cap, _scale[one.High], middle + Cap, "whisker"),
            El("circle", [("cx", Number(_scale[one.Mean])), ("cy", Number(middle)), ("r", "4.5"), ("class", sure ? "sure" : "unsure")]),
        ]);
    }
}
