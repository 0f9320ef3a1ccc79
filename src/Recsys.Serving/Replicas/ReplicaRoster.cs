using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Recsys.Storage;

namespace Recsys.Serving.Replicas;

/// <summary>
/// Which replicas are alive on a shared store, which model each is ready to switch to, and which changes of placements, experiments and items it has taken over. A document a
/// replica, written again every few seconds.
/// </summary>
internal sealed class ReplicaRoster(IRecsysStore store, TimeProvider time)
{
    /// <summary>The collection of the replicas' documents.</summary>
    public const string Collection = "replicas";

    private const int PageSize = 1_000;
    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Absent = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlacementPollInterval = TimeSpan.FromMilliseconds(50);

    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly ConcurrentDictionary<string, string> _ready = new(StringComparer.Ordinal);
    private volatile ImmutableDictionary<string, long> _placements = ImmutableDictionary<string, long>.Empty;
    private volatile ImmutableDictionary<string, long> _experiments = ImmutableDictionary<string, long>.Empty;
    private volatile ImmutableDictionary<string, long> _items = ImmutableDictionary<string, long>.Empty;
    private DateTimeOffset _lastBeat;

    /// <summary>Says that this replica is alive, if it's time to say so again.</summary>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - _lastBeat >= BeatInterval) await WriteAsync(cancellationToken);
    }

    /// <summary>Says that this replica can switch to a model.</summary>
    public Task ReadyAsync(string ns, string version, CancellationToken cancellationToken)
    {
        _ready[ns] = version;
        return WriteAsync(cancellationToken);
    }

    /// <summary>Waits until every replica that is alive is ready for a model; false: some weren't within the time.</summary>
    public async Task<bool> WaitReadyAsync(string ns, string version, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (!(await ReadAsync(cancellationToken)).Values.All(replica => replica.Ready.GetValueOrDefault(ns) == version))
        {
            if (time.GetElapsedTime(start) >= limit) return false;
            await Task.Delay(PollInterval, time, cancellationToken);
        }

        return true;
    }

    /// <summary>Says up to which revision, by namespace, this replica has taken changes of placements over.</summary>
    public Task PlacementsAsync(ImmutableDictionary<string, long> revisions, CancellationToken cancellationToken)
    {
        _placements = revisions;
        return WriteAsync(cancellationToken);
    }

    /// <summary>Says up to which revision, by namespace, this replica has taken changes of experiments over.</summary>
    public Task ExperimentsAsync(ImmutableDictionary<string, long> revisions, CancellationToken cancellationToken)
    {
        _experiments = revisions;
        return WriteAsync(cancellationToken);
    }

    /// <summary>Waits until every other replica that is alive has taken a change of placements over, and returns how many haven't within the time.</summary>
    public Task<int> WaitPlacementsAsync(string ns, long revision, TimeSpan limit, CancellationToken cancellationToken) =>
        WaitReachedAsync(replica => replica.Placements, ns, revision, limit, cancellationToken);

    /// <summary>Likewise a change of experiments.</summary>
    public Task<int> WaitExperimentsAsync(string ns, long revision, TimeSpan limit, CancellationToken cancellationToken) =>
        WaitReachedAsync(replica => replica.Experiments, ns, revision, limit, cancellationToken);

    /// <summary>Says up to which revision, by namespace, this replica has taken changes of items over.</summary>
    public Task ItemsAsync(ImmutableDictionary<string, long> revisions, CancellationToken cancellationToken)
    {
        _items = revisions;
        return WriteAsync(cancellationToken);
    }

    /// <summary>Likewise a change of an item.</summary>
    public Task<int> WaitItemsAsync(string ns, long revision, TimeSpan limit, CancellationToken cancellationToken) =>
        WaitReachedAsync(replica => replica.Items, ns, revision, limit, cancellationToken);

    private async Task<int> WaitReachedAsync(
        Func<ReplicaRecord, ImmutableDictionary<string, long>?> reached, string ns, long revision, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var pending = 1;
        while (true)
        {
            try
            {
                var replicas = await ReadAsync(cancellationToken);
                pending = replicas.Count(replica => replica.Key != _id && (reached(replica.Value)?.GetValueOrDefault(ns) ?? 0) < revision);
            }
            catch (EngineException)
            {
                // The change itself is stored: that the store went away a moment later makes no error of it.
            }

            if (pending == 0 || time.GetElapsedTime(start) >= limit) return pending;
            await Task.Delay(PlacementPollInterval, time, cancellationToken);
        }
    }

    /// <summary>Takes this replica from the list.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            await store.PutDocumentsAsync([Write(null)], CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It's forgotten by its silence.
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var content = JsonSerializer.SerializeToUtf8Bytes(new ReplicaRecord(now.ToUnixTimeMilliseconds(), new(_ready), _placements, _experiments, _items), ReplicaJson.Default.ReplicaRecord);
        await StoreFailure.GuardAsync(() => store.PutDocumentsAsync([Write(content)], cancellationToken));
        _lastBeat = now;
    }

    private DocumentWrite Write(byte[]? content) =>
        new() { Collection = Collection, Key = new("", _id), Content = content is null ? (ReadOnlyMemory<byte>?)null : content };

    private async Task<Dictionary<string, ReplicaRecord>> ReadAsync(CancellationToken cancellationToken)
    {
        var documents = await StoreFailure.GuardAsync(() => store.ListDocumentsAsync(Collection, "", null, PageSize, cancellationToken));
        var alive = new Dictionary<string, ReplicaRecord>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            var replica = JsonSerializer.Deserialize(document.Content.Span, ReplicaJson.Default.ReplicaRecord)!;
            var silence = time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(replica.BeatMs);
            if (silence < Absent) alive[document.Key.Key] = replica;
            else if (silence > Forgotten)
                await StoreFailure.GuardAsync(() => store.PutDocumentsAsync([new() { Collection = Collection, Key = document.Key, Content = null }], cancellationToken));
        }

        return alive;
    }
}
