using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Recsys.Serving.Catalogue;
using Recsys.Storage;

namespace Recsys.Serving.Replicas;

/// <summary>
/// Keeps what a replica has in memory in step with what others write to the shared store: item numbers, and documents by collection. It asks at an interval; a replica
/// that was cut off catches up with what it missed, and one whose store was lost says so.
/// </summary>
internal sealed class SharedChanges : IAsyncDisposable
{
    private readonly IRecsysStore _store;
    private readonly ItemNumbers _items;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<Followed> _followed;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private Func<CancellationToken, Task> _eachTime = static _ => Task.CompletedTask;

    private SharedChanges(IRecsysStore store, ItemNumbers items, List<Followed> followed, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        _store = store;
        _items = items;
        _followed = followed;
        _interval = interval;
        _time = time;
        _logger = logger;
    }

    /// <summary>Notes what was written until now. What is loaded afterwards misses nothing: a change in between is told once more.</summary>
    public static async Task<SharedChanges> OpenAsync(
        IRecsysStore store, ItemNumbers items, IReadOnlyList<string> collections, TimeSpan interval, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var followed = new List<Followed>();
        foreach (var collection in collections)
        {
            var page = await store.ReadChangesAsync(collection, default, cancellationToken);
            followed.Add(new(collection, page.Next));
        }

        return new(store, items, followed, interval, time, logger);
    }

    /// <summary>Sets who takes a collection's changes over.</summary>
    public void Follow(string collection, Func<IReadOnlyList<DocumentChange>, CancellationToken, Task> apply) =>
        _followed.Single(followed => followed.Collection == collection).Apply = apply;

    /// <summary>Sets who is told up to which revisions, by namespace, a collection's changes were taken over, after some were.</summary>
    public void Reached(string collection, Func<ImmutableDictionary<string, long>, CancellationToken, Task> tell) =>
        _followed.Single(followed => followed.Collection == collection).Reached = tell;

    /// <summary>Up to which revisions, by namespace, a collection's changes are taken over; what is loaded after this was opened has them all.</summary>
    public ImmutableDictionary<string, long> RevisionsOf(string collection) =>
        _followed.Single(followed => followed.Collection == collection).Cursor.Revisions ?? ImmutableDictionary<string, long>.Empty;

    /// <summary>Sets what else is done each time.</summary>
    public void EachTime(Func<CancellationToken, Task> work) => _eachTime = work;

    /// <summary>Begins to ask.</summary>
    public void Start() => _loop = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>Stops asking.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_interval, _time);
        var isDown = false;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await TakeOverAsync(cancellationToken);
                    if (isDown) _logger.ChangesAgain();
                    isDown = false;
                }
                catch (Exception e) when (e is StoreUnavailableException or EngineException)
                {
                    if (_store.Loss is { } loss)
                    {
                        // There is nothing to follow any more.
                        _logger.StoreLost(loss);
                        return;
                    }

                    if (!isDown) _logger.ChangesStopped(e);
                    isDown = true;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Whatever it is, a server that never looks again would be worse.
                    if (!isDown) _logger.ChangesFailed(e);
                    isDown = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The engine closes.
        }
    }

    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        // First: it also tells whether this is still the store that was opened, before anything is written to it.
        await _items.RefreshAsync(cancellationToken);
        await _eachTime(cancellationToken);
        foreach (var followed in _followed)
        {
            while (await _store.ReadChangesAsync(followed.Collection, followed.Cursor, cancellationToken) is var page)
            {
                if (page.Changes.Count > 0) await ApplyAsync(followed, page.Changes, cancellationToken);
                followed.Cursor = page.Next;
                if (page.Changes.Count == 0) break;
                if (followed.Reached is { } tell) await tell(RevisionsOf(followed.Collection), cancellationToken);
            }
        }
    }

    private async Task ApplyAsync(Followed followed, IReadOnlyList<DocumentChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            if (followed.Apply is { } apply) await apply(changes, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or System.Text.Json.JsonException)
        {
            // A document that can't be read must not keep the others from coming.
            _logger.ChangeUnreadable(e, followed.Collection);
        }
    }

    private sealed class Followed(string collection, ChangeCursor cursor)
    {
        public string Collection => collection;

        public ChangeCursor Cursor { get; set; } = cursor;

        public Func<IReadOnlyList<DocumentChange>, CancellationToken, Task>? Apply { get; set; }

        public Func<ImmutableDictionary<string, long>, CancellationToken, Task>? Reached { get; set; }
    }
}
