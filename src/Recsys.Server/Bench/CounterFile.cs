using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Recsys.Server.Bench;

/// <summary>
/// Counters of a server's meters in a file, for the bench that started it: written twice a second where the environment variable names one. For a monitoring
/// system there are the meters themselves.
/// </summary>
internal sealed class CounterFile : IAsyncDisposable
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "RECSYS_BENCH_COUNTER_FILE";

    private const string Meters = "Recsys.";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly string _path;
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Name, string? First, string? Second), long> _counts = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;

    private CounterFile(string path)
    {
        _path = path;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is Counter<long> && instrument.Meter.Name.StartsWith(Meters, StringComparison.Ordinal)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument.Name, value, tags));
        _listener.Start();
        _writing = WriteAsync();
    }

    /// <summary>Starts to write if the environment asks for it.</summary>
    public static CounterFile? OpenIfAsked() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? new CounterFile(path) : null;

    /// <summary>The sums over several servers; null: there are none, or one has none yet.</summary>
    public static IReadOnlyDictionary<string, long>? Read(IReadOnlyList<ServerChild> children)
    {
        var sums = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var child in children)
        {
            if (!File.Exists(child.CounterFile)) return null;
            foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllBytes(child.CounterFile))!)
            {
                sums[name] = sums.GetValueOrDefault(name) + value;
            }
        }

        return children.Count == 0 ? null : sums;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        _listener.Dispose();
        _stop.Dispose();
    }

    private void Count(string name, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (name, tags.Length > 0 ? tags[0].Value as string : null, tags.Length > 1 ? tags[1].Value as string : null);
        lock (_lock) CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _) += value;
    }

    /// <summary>E.g. recsys.store.calls{events,load}.</summary>
    private static string Text(string name, string? first, string? second) =>
        first is null ? name : second is null ? $"{name}{{{first}}}" : $"{name}{{{first},{second}}}";

    private async Task WriteAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Dictionary<string, long> now;
            lock (_lock)
            {
                now = _counts.ToDictionary(pair => Text(pair.Key.Name, pair.Key.First, pair.Key.Second), pair => pair.Value);
            }

            File.WriteAllBytes(_path + ".tmp", JsonSerializer.SerializeToUtf8Bytes(now));
            File.Move(_path + ".tmp", _path, overwrite: true);
            await Task.Delay(Interval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
