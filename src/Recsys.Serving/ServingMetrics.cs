using System.Diagnostics.Metrics;
using Recsys.Serving.Events;
using Recsys.Serving.Learning;
using Recsys.Serving.Live;

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

    private static readonly KeyValuePair<string, object?>[] LearningTags =
        [new("outcome", "none"), new("outcome", "promoted"), new("outcome", "refused"), new("outcome", "too_few"), new("outcome", "failed")];

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _events;
    private readonly Counter<long> _commits;
    private readonly Counter<long> _conflicts;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _listDuration;
    private readonly Histogram<double> _freshness;
    private readonly Histogram<double> _upsertFreshness;
    private readonly Counter<long> _trainings;
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
        _upsertFreshness = _meter.CreateHistogram<double>(
            "recsys.upsert.freshness", "s", "From the receipt of an item's write until lists of this server are made by it; of another server's write by this server's clock.");
        _trainings = _meter.CreateCounter<long>("recsys.learning.trainings", "{training}", "Trainings that the server began by itself, by outcome.");
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

    public void ItemFresh(TimeSpan duration) => _upsertFreshness.Record(Math.Max(0, duration.TotalSeconds));

    public void Learned(LearningOutcome outcome) => _trainings.Add(1, LearningTags[(int)outcome]);

    /// <summary>Also measures how old the live model of each namespace is.</summary>
    public void Observe(LiveModels models, TimeProvider time) => _meter.CreateObservableGauge(
        "recsys.model.age",
        () => models.All().Select(live => new Measurement<double>(
            Math.Max(0, (time.GetUtcNow() - live.Network.Artefact.Manifest.Created).TotalSeconds), new KeyValuePair<string, object?>("namespace", live.Namespace))),
        "s",
        "Since the end of the live model's training, by namespace.");

    public void StoreCall(KeyValuePair<string, object?> caller, KeyValuePair<string, object?> operation) => _storeCalls.Add(1, caller, operation);

    public void Dispose() => _meter.Dispose();
}
