using Recsys.Storage;

namespace Recsys.Serving;

/// <summary>A store whose calls are counted (`recsys.store.calls`), by who makes them and what for. It doesn't own the store.</summary>
/// <param name="store">The store.</param>
/// <param name="metrics">Where to count.</param>
/// <param name="caller">The part of the engine that calls.</param>
internal sealed class MeteredStore(IRecsysStore store, ServingMetrics metrics, string caller) : IRecsysStore
{
    private readonly KeyValuePair<string, object?> _caller = new("caller", caller);

    public StoreDurability Durability => store.Durability;

    public bool IsShared => store.IsShared;

    public string? Loss => store.Loss;

    public ValueTask<IReadOnlyList<UserRecord>> LoadAsync(IReadOnlyList<UserLookup> lookups, long nowMs, CancellationToken cancellationToken)
    {
        Count("load");
        return store.LoadAsync(lookups, nowMs, cancellationToken);
    }

    public ValueTask<IReadOnlyList<CommitResult>> CommitAsync(IReadOnlyList<UserCommit> commits, CancellationToken cancellationToken)
    {
        Count("commit");
        return store.CommitAsync(commits, cancellationToken);
    }

    public ValueTask<IReadOnlyList<LogEntry>> ReadUserLogAsync(
        UserKey user, LogStream stream, long boundary, int maxCount, bool newestFirst, CancellationToken cancellationToken)
    {
        Count("read_user_log");
        return store.ReadUserLogAsync(user, stream, boundary, maxCount, newestFirst, cancellationToken);
    }

    public ValueTask<LogPage> ReadLogAsync(LogStream stream, LogCursor from, int maxCount, bool newestFirst, CancellationToken cancellationToken)
    {
        Count("read_log");
        return store.ReadLogAsync(stream, from, maxCount, newestFirst, cancellationToken);
    }

    public ValueTask<ChangePage> ReadChangesAsync(string collection, ChangeCursor since, CancellationToken cancellationToken)
    {
        Count("read_changes");
        return store.ReadChangesAsync(collection, since, cancellationToken);
    }

    public ValueTask RestoreItemNumbersAsync(IReadOnlyList<ItemNumber> items, CancellationToken cancellationToken)
    {
        Count("restore_item_numbers");
        return store.RestoreItemNumbersAsync(items, cancellationToken);
    }

    public IDisposable WatchUser(UserKey user, Action onChanged)
    {
        Count("watch_user");
        return store.WatchUser(user, onChanged);
    }

    public ValueTask<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken)
    {
        Count("list_namespaces");
        return store.ListNamespacesAsync(cancellationToken);
    }

    public ValueTask ContinueSequencesAsync(string ns, long through, CancellationToken cancellationToken)
    {
        Count("continue_sequences");
        return store.ContinueSequencesAsync(ns, through, cancellationToken);
    }

    public ValueTask<IReadOnlyList<string>> ListUsersAsync(string ns, string? afterUserId, int maxCount, CancellationToken cancellationToken)
    {
        Count("list_users");
        return store.ListUsersAsync(ns, afterUserId, maxCount, cancellationToken);
    }

    public ValueTask<bool> DeleteUserAsync(UserKey user, CancellationToken cancellationToken)
    {
        Count("delete_user");
        return store.DeleteUserAsync(user, cancellationToken);
    }

    public ValueTask<IReadOnlyList<uint>> AllocateItemNumbersAsync(string ns, IReadOnlyList<string> itemIds, CancellationToken cancellationToken)
    {
        Count("allocate_item_numbers");
        return store.AllocateItemNumbersAsync(ns, itemIds, cancellationToken);
    }

    public ValueTask<IReadOnlyList<ItemNumber>> ListItemNumbersAsync(uint afterNumber, int maxCount, CancellationToken cancellationToken)
    {
        Count("list_item_numbers");
        return store.ListItemNumbersAsync(afterNumber, maxCount, cancellationToken);
    }

    public ValueTask<IReadOnlyList<CommitResult>> PutDocumentsAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken)
    {
        Count("put_documents");
        return store.PutDocumentsAsync(writes, cancellationToken);
    }

    public ValueTask<Document?> GetDocumentAsync(string collection, string ns, string key, CancellationToken cancellationToken)
    {
        Count("get_document");
        return store.GetDocumentAsync(collection, ns, key, cancellationToken);
    }

    public ValueTask<IReadOnlyList<Document>> ListDocumentsAsync(
        string collection, string? ns, DocumentKey? after, int maxCount, CancellationToken cancellationToken)
    {
        Count("list_documents");
        return store.ListDocumentsAsync(collection, ns, after, maxCount, cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Count(string operation) => metrics.StoreCall(_caller, new("operation", operation));
}
