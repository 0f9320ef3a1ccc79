using Recsys.Content.Examples;

namespace Recsys.Content.Preprocessing;

/// <summary>A number in two places: the scaled value, and 1 where it's unknown.</summary>
internal sealed class NumberColumn(FittedColumn column) : IFeatureColumn
{
    /// <summary>What a scaled value is cut to: far beyond anything learned from, and finite whatever comes.</summary>
    internal const double Most = 1e6;

    public int Count => 2;

    public string? Problem(ExampleValue? value) => ValueProblem.OfNumber(value);

    public void Add(ExampleValue? value, int first, List<int> indices, List<float> values)
    {
        var scaled = value is ExampleValue.Number number ? Scale(Bend(number.Value, column.Settings.Scaling), column.Offsets![0], column.Scales![0]) : (float)column.Missing;
        if (scaled != 0)
        {
            indices.Add(first);
            values.Add(scaled);
        }

        if (value is not null) return;
        indices.Add(first + 1);
        values.Add(1);
    }

    internal static float Scale(double value, double offset, double scale) => (float)Math.Clamp((value - offset) / scale, -Most, Most);

    internal static double Bend(double value, NumberScaling scaling) => scaling == NumberScaling.Logarithm ? Math.Sign(value) * Math.Log(1 + Math.Abs(value)) : value;

    /// <summary>Learns the scale from the training part's values; of none, that nothing is scaled.</summary>
    internal static FittedColumn Fit(ColumnSettings settings, IEnumerable<double> values)
    {
        var (moments, least, most) = (new Moments(), double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            moments.Add(Bend(value, settings.Scaling));
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        var (offset, scale) = settings.Scaling switch
        {
            NumberScaling.None => (0, 1),
            NumberScaling.MinMax => moments.Count == 0 ? (0, 1) : (least, most > least && double.IsFinite(most - least) ? most - least : 1),
            _ => (moments.Mean, moments.DeviationOrOne),
        };
        return new() { Settings = settings, Offsets = [offset], Scales = [scale], Missing = Scale(moments.Mean, offset, scale) };
    }
}
