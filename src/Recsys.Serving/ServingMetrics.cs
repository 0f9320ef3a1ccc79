using System.Diagnostics.Metrics;
using Recsys.Serving.Events;

namespace Recsys.Serving;

/// <summary>Everything that the engine measures, under the meter "Recsys.Serving". Names and units are a contract with whoever reads them.</summary>
internal sealed class ServingMetrics : IDisposable
{
    public const string MeterName = "Recsys.Serving";

    private static readonly KeyValuePair<string, object?>[] OutcomeTags =
    [
        new("outcome", "none"), new("outcome", "accepted"), new("outcome", "duplicate"),
        new("outcome", "discarded"), new("outcome", "overloaded"), new("outcome", "unavailable"),
    ];

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _events;
    private readonly Counter<long> _commits;
    private readonly Counter<long> _conflicts;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _listDuration;
    private readonly Histogram<double> _freshness;
    private long _activity;
    private readonly Counter<long> _storeCalls;

    public ServingMetrics()
    {
        _events = _meter.CreateCounter<long>("recsys.events", "{event}", "Events settled, by outcome.");
        _commits = _meter.CreateCounter<long>("recsys.commits", "{commit}", "User changes committed.");
        _conflicts = _meter.CreateCounter<long>("recsys.commit.conflicts", "{commit}", "User changes folded again because another process was faster.");
        _batchSize = _meter.CreateHistogram<int>("recsys.batch.size", "{event}", "Events that waited together and were committed together.");
        _listDuration = _meter.CreateHistogram<double>("recsys.list.duration", "s", "From request to list, reading the store included.");
        _freshness = _meter.CreateHistogram<double>("recsys.freshness", "s", "From the receipt of a watched user's event to the first list that follows from it.");
        _storeCalls = _meter.CreateCounter<long>("recsys.store.calls", "{call}", "Calls to the store, each one round trip, by caller and operation.");
    }

    public void Events(EventOutcome outcome, int count)
    {
        if (count > 0) _events.Add(count, OutcomeTags[(int)outcome]);
    }

    /// <summary>Grows with each commit and each list: who works in the background sees by it whether anybody else does.</summary>
    public long Activity => Volatile.Read(ref _activity);

    public void Commit()
    {
        Interlocked.Increment(ref _activity);
        _commits.Add(1);
    }

    public void Conflict() => _conflicts.Add(1);

    public void Batch(int size) => _batchSize.Record(size);

    public void List(TimeSpan duration)
    {
        Interlocked.Increment(ref _activity);
        _listDuration.Record(duration.TotalSeconds);
    }

    public void Fresh(TimeSpan duration) => _freshness.Record(duration.TotalSeconds);

    public void StoreCall(KeyValuePair<string, object?> caller, KeyValuePair<string, object?> operation) => _storeCalls.Add(1, caller, operation);

    public void Dispose() => _meter.Dispose();
}
