namespace Recsys.Storage.Redis;

/// <summary>
/// The store on Redis or Redis Cluster, shared by any number of processes. Every write is one Lua script within one slot; the revision of a user decides between
/// processes. docs/storage.md lists keys and values.
/// </summary>
public sealed class RedisStore : IRecsysStore
{
    private readonly RedisStoreOptions _options;
    private readonly RedisConnection _connection;
    private readonly bool _isCluster;
    private readonly StoreIdentity _identity;
    private readonly RedisMetrics _metrics = new();
    private readonly Registry _registry;
    private readonly UserReads _users;
    private readonly UserCommits _commits;
    private readonly UserLogReads _userLog;
    private readonly LogReads _log;
    private readonly UserErasures _erasures;
    private readonly ItemNumberStore _items;
    private readonly DocumentStore _documents;
    private readonly UserFeed _feed;

    private RedisStore(RedisStoreOptions options, RedisConnection connection, RedisKeys keys, string identity)
    {
        _options = options;
        _connection = connection;
        _isCluster = connection.IsCluster;
        var calls = connection.Calls;
        _identity = new StoreIdentity(keys, calls, identity);
        _registry = new Registry(keys, calls);
        _feed = new UserFeed(connection.Multiplexer, keys);
        _users = new UserReads(keys, calls);
        _commits = new UserCommits(keys, calls, _registry, _metrics, _feed.Origin);
        _userLog = new UserLogReads(keys, calls);
        _log = new LogReads(keys, calls, _registry);
        _erasures = new UserErasures(keys, calls, _feed.Origin);
        _items = new ItemNumberStore(keys, calls, _identity);
        _documents = new DocumentStore(keys, calls, _registry);
    }

    /// <inheritdoc/>
    public StoreDurability Durability => _options.Durability;

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public string? Loss => _connection.Calls.Loss;

    /// <summary>What of the configuration of Redis can't keep the promise of <see cref="Durability"/>, a sentence each; as of the opening.</summary>
    public IReadOnlyList<string> Warnings => _connection.Warnings;

    /// <summary>Connects, and makes the store where there is none.</summary>
    /// <exception cref="ArgumentException">An option can't be: a wrong password, a certificate that isn't trusted, a database that isn't there.</exception>
    /// <exception cref="StoreFormatException">The store there comes from a newer version, or another program uses the prefix.</exception>
    /// <exception cref="StoreUnavailableException">Redis can't be reached, or refuses: a later try may help.</exception>
    public static async Task<RedisStore> OpenAsync(RedisStoreOptions options, CancellationToken cancellationToken)
    {
        var connection = await RedisConnection.OpenAsync(options, cancellationToken).ConfigureAwait(false);
        try
        {
            var (keys, identity) = await StoreHeader.PrepareAsync(options, connection.Calls).ConfigureAwait(false);
            var store = new RedisStore(options, connection, keys, identity);
            await store._erasures.ResumeAsync().ConfigureAwait(false);
            return store;
        }
        catch (Exception error)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (error is StoreUnavailableException { InnerException: { } cause } && OpeningErrors.Translate(cause, options, distrust: null) is { } translated)
                throw translated;
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UserRecord>> LoadAsync(IReadOnlyList<UserLookup> lookups, long nowMs, CancellationToken cancellationToken)
    {
        for (int i = 0; i < lookups.Count; i++)
            KeyRules.RequireUser(lookups[i].User);
        if (lookups.Count == 0)
            return [];
        var load = _users.LoadAsync(lookups, nowMs);
        // What is folded onto these records names items by their numbers. Not on a Cluster: its users don't wait for the one node that has the header, but for the next look at the item numbers.
        return await (_isCluster ? load : _identity.CheckedAsync(load)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CommitResult>> CommitAsync(IReadOnlyList<UserCommit> commits, CancellationToken cancellationToken)
    {
        for (int i = 0; i < commits.Count; i++)
            KeyRules.RequireCommit(commits[i]);
        cancellationToken.ThrowIfCancellationRequested();
        return commits.Count == 0 ? [] : await _commits.CommitAsync(commits).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LogEntry>> ReadUserLogAsync(
        UserKey user, LogStream stream, long boundary, int maxCount, bool newestFirst, CancellationToken cancellationToken)
    {
        KeyRules.RequireUser(user);
        ArgumentOutOfRangeException.ThrowIfNegative(maxCount);
        return await _userLog.ReadAsync(user, stream, boundary, maxCount, newestFirst, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<LogPage> ReadLogAsync(LogStream stream, LogCursor from, int maxCount, bool newestFirst, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxCount);
        return await _log.ReadAsync(stream, from, maxCount, newestFirst, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListUsersAsync(string ns, string? afterUserId, int maxCount, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxCount);
        return await _users.ListAsync(ns, afterUserId, maxCount).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken) =>
        await _registry.NamespacesAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Each partition of the namespace has numbers of its own: all of them are raised.</summary>
    public async ValueTask ContinueSequencesAsync(string ns, long through, CancellationToken cancellationToken)
    {
        KeyRules.RequireNamespace(ns);
        cancellationToken.ThrowIfCancellationRequested();
        await _commits.ContinueSequencesAsync(ns, through).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteUserAsync(UserKey user, CancellationToken cancellationToken)
    {
        KeyRules.RequireUser(user);
        cancellationToken.ThrowIfCancellationRequested();
        return await _erasures.DeleteAsync(user).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<uint>> AllocateItemNumbersAsync(string ns, IReadOnlyList<string> itemIds, CancellationToken cancellationToken)
    {
        KeyRules.RequireNamespace(ns);
        for (int i = 0; i < itemIds.Count; i++)
            KeyRules.RequireItem(itemIds[i]);
        cancellationToken.ThrowIfCancellationRequested();
        return await _items.AllocateAsync(ns, itemIds).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ItemNumber>> ListItemNumbersAsync(uint afterNumber, int maxCount, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxCount);
        return await _items.ListAsync(afterNumber, maxCount).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RestoreItemNumbersAsync(IReadOnlyList<ItemNumber> items, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _items.RestoreAsync(items).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CommitResult>> PutDocumentsAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken)
    {
        for (int i = 0; i < writes.Count; i++)
            KeyRules.RequireDocument(writes[i].Collection, writes[i].Key);
        cancellationToken.ThrowIfCancellationRequested();
        return await _documents.PutAsync(writes).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<Document?> GetDocumentAsync(string collection, string ns, string key, CancellationToken cancellationToken) =>
        await _documents.GetAsync(collection, new DocumentKey(ns, key)).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Document>> ListDocumentsAsync(
        string collection, string? ns, DocumentKey? after, int maxCount, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxCount);
        return await _documents.ListAsync(collection, ns, after, maxCount).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ChangePage> ReadChangesAsync(string collection, ChangeCursor since, CancellationToken cancellationToken) =>
        await _documents.ChangesAsync(collection, since).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public IDisposable WatchUser(UserKey user, Action onChanged)
    {
        KeyRules.RequireUser(user);
        return _feed.Add(user, onChanged);
    }

    /// <summary>Closes the connections. What is on its way is answered first.</summary>
    public async ValueTask DisposeAsync()
    {
        await _feed.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
    }
}
