using System.Globalization;
using System.Text;

namespace Recsys.Server.Hosting;

/// <summary>The values of one meter with one set of labels.</summary>
/// <param name="bounds">Upper bounds of a histogram's buckets, ascending; null: it's none.</param>
internal sealed class MetricSeries(double[]? bounds)
{
    private readonly long[] _buckets = new long[bounds?.Length ?? 0];
    private double _sum;
    private long _count;

    /// <summary>Counts a value.</summary>
    public void Add(double value)
    {
        _sum += value;
        _count++;
        for (var i = 0; i < _buckets.Length; i++)
        {
            if (value <= bounds![i]) _buckets[i]++;
        }
    }

    /// <summary>Replaces the value.</summary>
    public void Set(double value) => _sum = value;

    /// <summary>Writes its lines.</summary>
    public void Write(StringBuilder text, string name, string labels)
    {
        if (bounds is null)
        {
            Line(text, name, labels, _sum);
            return;
        }

        var before = labels.Length > 0 ? labels + "," : "";
        for (var i = 0; i < _buckets.Length; i++) Line(text, name + "_bucket", $"{before}le=\"{bounds[i].ToString(CultureInfo.InvariantCulture)}\"", _buckets[i]);
        Line(text, name + "_bucket", $"{before}le=\"+Inf\"", _count);
        Line(text, name + "_sum", labels, _sum);
        Line(text, name + "_count", labels, _count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
