using Recsys.Storage;

namespace Recsys.Tests.Serving;

/// <summary>The real store behind a gate: commits can be held back, every call can be refused, and a rival's commit can be slipped in first.</summary>
internal sealed class GatedStore(IRecsysStore store) : IRecsysStore
{
    private volatile TaskCompletionSource? _gate;

    /// <summary>Every call throws <see cref="StoreUnavailableException"/>.</summary>
    public volatile bool IsDown;

    /// <summary>Commits throw <see cref="StoreUnavailableException"/> after they have taken place, as when a connection breaks before the answer comes.</summary>
    public volatile bool LosesAnswers;

    /// <summary>Users whose records can't be read, as when one machine of several is down; null: none.</summary>
    public Func<UserKey, bool>? LosesUser { get; set; }

    /// <summary>Reads of users that have arrived.</summary>
    public int LoadCalls => Volatile.Read(ref _loadCalls);

    private int _loadCalls;

    /// <summary>Run before each commit.</summary>
    public Func<Task>? BeforeCommit { get; set; }

    /// <summary>Run before documents are written.</summary>
    public Func<Task>? BeforeDocuments { get; set; }

    /// <summary>Run after documents were written.</summary>
    public Func<Task>? AfterDocuments { get; set; }

    /// <summary>Whether it says that other processes may use it; null: as the real store says.</summary>
    public bool? Shared { get; set; }

    /// <summary>Commits that have arrived.</summary>
    public int CommitCalls => Volatile.Read(ref _commitCalls);

    private int _commitCalls;

    public StoreDurability Durability => store.Durability;

    public bool IsShared => Shared ?? store.IsShared;

    public string? Loss => store.Loss;

    /// <summary>From now on commits wait.</summary>
    public void Close() => _gate ??= new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets commits through.</summary>
    public void Open()
    {
        _gate?.TrySetResult();
        _gate = null;
    }

    public async ValueTask<IReadOnlyList<CommitResult>> CommitAsync(IReadOnlyList<UserCommit> commits, CancellationToken cancellationToken)
    {
        Check();
        Interlocked.Increment(ref _commitCalls);
        if (_gate is { } gate) await gate.Task;
        if (BeforeCommit is { } before) await before();
        var results = await store.CommitAsync(commits, cancellationToken);
        if (LosesAnswers) throw new StoreUnavailableException("The connection broke.");
        return results;
    }

    public async ValueTask<IReadOnlyList<UserRecord>> LoadAsync(IReadOnlyList<UserLookup> lookups, long nowMs, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _loadCalls);
        var records = await Check().LoadAsync(lookups, nowMs, cancellationToken);
        if (LosesUser is not { } loses) return records;
        UserRecord[] reached = [.. records.Select((record, i) => loses(lookups[i].User) ? UserRecord.Unreachable : record)];
        return reached.All(record => record == UserRecord.Unreachable) ? throw new StoreUnavailableException("None of the users can be reached.") : reached;
    }

    public ValueTask<IReadOnlyList<LogEntry>> ReadUserLogAsync(
        UserKey user, LogStream stream, long boundary, int maxCount, bool newestFirst, CancellationToken cancellationToken) =>
        Check().ReadUserLogAsync(user, stream, boundary, maxCount, newestFirst, cancellationToken);

    public ValueTask<LogPage> ReadLogAsync(LogStream stream, LogCursor from, int maxCount, bool newestFirst, CancellationToken cancellationToken) =>
        Check().ReadLogAsync(stream, from, maxCount, newestFirst, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListUsersAsync(string ns, string? afterUserId, int maxCount, CancellationToken cancellationToken) =>
        Check().ListUsersAsync(ns, afterUserId, maxCount, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken) => Check().ListNamespacesAsync(cancellationToken);

    public ValueTask ContinueSequencesAsync(string ns, long through, CancellationToken cancellationToken) => Check().ContinueSequencesAsync(ns, through, cancellationToken);

    public ValueTask<bool> DeleteUserAsync(UserKey user, CancellationToken cancellationToken) => Check().DeleteUserAsync(user, cancellationToken);

    public ValueTask<IReadOnlyList<uint>> AllocateItemNumbersAsync(string ns, IReadOnlyList<string> itemIds, CancellationToken cancellationToken) =>
        Check().AllocateItemNumbersAsync(ns, itemIds, cancellationToken);

    public ValueTask<IReadOnlyList<ItemNumber>> ListItemNumbersAsync(uint afterNumber, int maxCount, CancellationToken cancellationToken) =>
        Check().ListItemNumbersAsync(afterNumber, maxCount, cancellationToken);

    public async ValueTask<IReadOnlyList<CommitResult>> PutDocumentsAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken)
    {
        if (BeforeDocuments is { } before) await before();
        var results = await Check().PutDocumentsAsync(writes, cancellationToken);
        if (AfterDocuments is { } after) await after();
        return results;
    }

    public ValueTask<Document?> GetDocumentAsync(string collection, string ns, string key, CancellationToken cancellationToken) =>
        Check().GetDocumentAsync(collection, ns, key, cancellationToken);

    public ValueTask<IReadOnlyList<Document>> ListDocumentsAsync(
        string collection, string? ns, DocumentKey? after, int maxCount, CancellationToken cancellationToken) =>
        Check().ListDocumentsAsync(collection, ns, after, maxCount, cancellationToken);

    public ValueTask<ChangePage> ReadChangesAsync(string collection, ChangeCursor since, CancellationToken cancellationToken) =>
        Check().ReadChangesAsync(collection, since, cancellationToken);

    public ValueTask RestoreItemNumbersAsync(IReadOnlyList<ItemNumber> items, CancellationToken cancellationToken) => Check().RestoreItemNumbersAsync(items, cancellationToken);

    public IDisposable WatchUser(UserKey user, Action onChanged) => store.WatchUser(user, onChanged);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IRecsysStore Check() => IsDown ? throw new StoreUnavailableException("The store is down.") : store;
}
