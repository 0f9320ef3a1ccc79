using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Recsys.Storage.Redis;

/// <summary>What the store on Redis measures, under the meter "Recsys.Storage". Names and units are a contract with whoever reads them.</summary>
internal sealed class RedisMetrics : IDisposable
{
    public const string MeterName = "Recsys.Storage";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _commits;
    private readonly ConcurrentDictionary<int, KeyValuePair<string, object?>> _tags = [];

    public RedisMetrics() => _commits = _meter.CreateCounter<long>("recsys.store.partition.commits", "{commit}", "Commits of users sent to Redis, by partition of the log.");

    /// <summary>Counts a commit. A partition that gets far more than its share has a hot user.</summary>
    public void Commit(int partition) => _commits.Add(1, _tags.GetOrAdd(partition, static number => new("partition", number)));

    public void Dispose() => _meter.Dispose();
}
