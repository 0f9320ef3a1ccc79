using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Recsys.Server.Hosting;

/// <summary>
/// The meters of this process as text for Prometheus (exposition format 0.0.4), at `/metrics`: counters and histograms from the server's start on, gauges as they are now. Names are the meters'
/// with `_` for `.`, and the unit's word at the end where it's seconds.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    private const string Meters = "Recsys.";

    // More series than this would come from labels without bounds, which the meters don't have but for namespaces and partitions.
    private const int MaxSeries = 20_000;

    private static readonly double[] SecondBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] CountBounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (Instrument Instrument, SortedDictionary<string, MetricSeries> Series)> _metrics = new(StringComparer.Ordinal);
    private int _count;

    public MetricsPage()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(Meters, StringComparison.Ordinal)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The page.</summary>
    public string Write()
    {
        lock (_lock)
        {
            // Gauges of what is gone, such as a namespace without a live model, aren't said again.
            foreach (var (instrument, series) in _metrics.Values.Where(metric => metric.Instrument.IsObservable))
            {
                _count -= series.Count;
                series.Clear();
            }
        }

        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var (name, (instrument, series)) in _metrics)
            {
                if (series.Count == 0) continue;
                text.Append("# HELP ").Append(name).Append(' ').Append(instrument.Description?.ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal)).Append('\n');
                text.Append("# TYPE ").Append(name).Append(' ').Append(TypeOf(instrument)).Append('\n');
                foreach (var (labels, one) in series) one.Write(text, name, labels);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static bool IsHistogram(Instrument instrument) => instrument is Histogram<double> or Histogram<int> or Histogram<long>;

    private static string TypeOf(Instrument instrument) => IsHistogram(instrument) ? "histogram" : instrument.IsObservable ? "gauge" : "counter";

    private static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        if (instrument.Unit == "s") name += "_seconds";
        return TypeOf(instrument) == "counter" ? name + "_total" : name;
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            var plain = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text.Append(key.Replace('.', '_')).Append("=\"")
                .Append(plain.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }

        return text.ToString();
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelsOf(tags);
        lock (_lock)
        {
            var name = NameOf(instrument);
            if (!_metrics.TryGetValue(name, out var metric)) _metrics.Add(name, metric = (instrument, new(StringComparer.Ordinal)));
            if (!metric.Series.TryGetValue(labels, out var series))
            {
                if (_count >= MaxSeries) return;
                _count++;
                metric.Series.Add(labels, series = new(IsHistogram(instrument) ? instrument.Unit == "s" ? SecondBounds : CountBounds : null));
            }

            if (instrument.IsObservable) series.Set(value);
            else series.Add(value);
        }
    }
}
