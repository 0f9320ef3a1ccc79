using Microsoft.Data.Sqlite;

namespace Recsys.Storage.Sqlite;

/// <summary>
/// The embedded store: one SQLite file, held by one process at a time. One thread writes (<see cref="WriterThread"/>: everything that waits shares one sync
/// to disk), pooled connections read beside it. An error such as a full disk is reported as <see cref="StoreUnavailableException"/> and leaves nothing behind;
/// the store works again once its cause is gone.
/// </summary>
public sealed class SqliteStore : IRecsysStore
{
    // Calls of more rows than this let other writes take place in between. A thousand take a few milliseconds.
    private const int SliceRows = 1000;

    private readonly SqliteStoreOptions _options;
    private readonly StoreLock _lock;
    private readonly WriteSession _session;
    private readonly WriterThread _writer;
    private readonly ReadPool _readers;
    private int _disposed;

    private SqliteStore(string path, SqliteStoreOptions options, StoreLock held, WriteSession session)
    {
        Path = path;
        _options = options;
        _lock = held;
        _session = session;
        _readers = new ReadPool(path, options, session.Namespaces);
        _writer = new WriterThread(path, session, options.QueueCapacity);
    }

    /// <summary>The store's file: absolute, links followed.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public StoreDurability Durability => _options.SynchronousOff ? StoreDurability.Memory : StoreDurability.Fsync;

    /// <summary>Never: the file's lock keeps others out.</summary>
    public bool IsShared => false;

    /// <inheritdoc/>
    public string? Loss => null;

    /// <summary>Opens the store, or creates it in a missing or empty file.</summary>
    /// <exception cref="StoreInUseException">Another process holds it.</exception>
    /// <exception cref="StoreFormatException">The file isn't a store, comes from a newer version, or is damaged.</exception>
    /// <exception cref="StoreUnavailableException">The file can't be read or written.</exception>
    public static Task<SqliteStore> OpenAsync(SqliteStoreOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        return Task.Run(() => Open(options), cancellationToken);
    }

    /// <summary>Tells others who try to open the store who holds it, e.g. the server's address; replaces what was said before.</summary>
    public void DescribeOwner(string? description) => _lock.Describe(description);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UserRecord>> LoadAsync(IReadOnlyList<UserLookup> lookups, long nowMs, CancellationToken cancellationToken)
    {
        for (int i = 0; i < lookups.Count; i++)
            KeyRules.RequireUser(lookups[i].User);
        return await _readers.ReadAsync((lookups, nowMs), static (session, a) => session.Users.Load(a.lookups, a.nowMs), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CommitResult>> CommitAsync(IReadOnlyList<UserCommit> commits, CancellationToken cancellationToken)
    {
        int weight = 0;
        for (int i = 0; i < commits.Count; i++)
        {
            KeyRules.RequireCommit(commits[i]);
            weight += 1 + commits[i].Appends.Count;
        }

        return commits.Count == 0 ? [] : await _writer.WriteAsync(weight, session => CommitAll(session, commits), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LogEntry>> ReadUserLogAsync(
        UserKey user, LogStream stream, long boundary, int maxCount, bool newestFirst, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(
            (user, stream, boundary, maxCount: Limit(maxCount), newestFirst),
            static (session, a) => session.Log.OfUser(a.user, a.stream, a.boundary, a.maxCount, a.newestFirst),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<LogPage> ReadLogAsync(LogStream stream, LogCursor from, int maxCount, bool newestFirst, CancellationToken cancellationToken) =>
        _readers.ReadAsync(
            (stream, from, maxCount: Limit(maxCount), newestFirst),
            static (session, a) => session.Log.OfAll(a.stream, a.from, a.maxCount, a.newestFirst),
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListUsersAsync(string ns, string? afterUserId, int maxCount, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(
            (ns, after: afterUserId ?? "", maxCount: Limit(maxCount)), static (session, a) => session.Users.List(a.ns, a.after, a.maxCount), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken) => new(_session.Namespaces.Names());

    /// <summary>The numbers of all namespaces are one sequence here.</summary>
    public async ValueTask ContinueSequencesAsync(string ns, long through, CancellationToken cancellationToken)
    {
        KeyRules.RequireNamespace(ns);
        await _writer.WriteAsync(1, session => session.ContinueSequences(through), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteUserAsync(UserKey user, CancellationToken cancellationToken)
    {
        KeyRules.RequireUser(user);
        return _writer.EraseAsync(user, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<uint>> AllocateItemNumbersAsync(
        string ns, IReadOnlyList<string> itemIds, CancellationToken cancellationToken)
    {
        KeyRules.RequireNamespace(ns);
        for (int i = 0; i < itemIds.Count; i++)
            KeyRules.RequireItem(itemIds[i]);
        // Nearly always all of them have one, and then nothing needs to be written.
        uint[]? known = await _readers.ReadAsync((ns, itemIds), static (session, a) => session.Items.FindAll(a.ns, a.itemIds), cancellationToken);
        return known ?? await WriteInSlicesAsync(itemIds, (session, itemId) => session.Items.Allocate(ns, itemId), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ItemNumber>> ListItemNumbersAsync(uint afterNumber, int maxCount, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(
            (afterNumber, maxCount: Limit(maxCount)), static (session, a) => session.Items.List(a.afterNumber, a.maxCount), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CommitResult>> PutDocumentsAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken)
    {
        for (int i = 0; i < writes.Count; i++)
            KeyRules.RequireDocument(writes[i].Collection, writes[i].Key);
        return await WriteInSlicesAsync(writes, static (session, write) => session.Documents.Put(write), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Document?> GetDocumentAsync(string collection, string ns, string key, CancellationToken cancellationToken) =>
        _readers.ReadAsync((collection, ns, key), static (session, a) => session.Documents.Get(a.collection, a.ns, a.key), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Document>> ListDocumentsAsync(
        string collection, string? ns, DocumentKey? after, int maxCount, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(
            (collection, ns, after, maxCount: Limit(maxCount)),
            static (session, a) => session.Documents.List(a.collection, a.ns, a.after, a.maxCount),
            cancellationToken);

    /// <summary>Nobody else writes, so there is never anything to tell.</summary>
    public ValueTask<ChangePage> ReadChangesAsync(string collection, ChangeCursor since, CancellationToken cancellationToken) => new(new ChangePage([], since));

    /// <summary>A file doesn't lose what it gave out: nothing to do.</summary>
    public ValueTask RestoreItemNumbersAsync(IReadOnlyList<ItemNumber> items, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Nobody else writes: it only begins.</summary>
    public IDisposable WatchUser(UserKey user, Action onChanged)
    {
        onChanged();
        return NoWatch.Instance;
    }

    /// <summary>Writes what waits, closes the file and gives it free.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _writer.CloseAsync();
        await _readers.CloseAsync();
        _session.Dispose();
        if (_options.DeleteOnDispose)
            DeleteFiles();
        _lock.Dispose();
    }

    private static SqliteStore Open(SqliteStoreOptions options)
    {
        string path = System.IO.Path.GetFullPath(options.Path);
        // Two names of one file must lead to one lock.
        if (File.Exists(path))
            path = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        StoreLock? held = null;
        StoreConnection? connection = null;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            held = StoreLock.Take(path, options.OwnerDescription);
            connection = StoreConnection.Open(path, create: true);
            Schema.Prepare(connection, options, path);
            return new SqliteStore(path, options, held, new WriteSession(connection));
        }
        catch (Exception error)
        {
            connection?.Dispose();
            held?.Dispose();
            if (error is SqliteException sqlite)
                throw SqliteErrors.OnOpen(path, sqlite);
            if (error is IOException or UnauthorizedAccessException)
                throw new StoreUnavailableException($"The store {path} can't be opened: {error.Message}", error);
            throw;
        }
    }

    // SQLite would take a negative limit for none.
    private static int Limit(int maxCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxCount);
        return maxCount;
    }

    private static CommitResult[] CommitAll(WriteSession session, IReadOnlyList<UserCommit> commits)
    {
        var results = new CommitResult[commits.Count];
        for (int i = 0; i < results.Length; i++)
            results[i] = session.Users.Commit(commits[i]);
        return results;
    }

    private async ValueTask<TResult[]> WriteInSlicesAsync<T, TResult>(
        IReadOnlyList<T> rows, Func<WriteSession, T, TResult> write, CancellationToken cancellationToken)
    {
        var results = new TResult[rows.Count];
        for (int start = 0; start < results.Length; start += SliceRows)
        {
            int first = start;
            int end = Math.Min(start + SliceRows, results.Length);
            await _writer.WriteAsync(
                end - first,
                session =>
                {
                    for (int i = first; i < end; i++)
                        results[i] = write(session, rows[i]);
                    return end;
                },
                start == 0 ? cancellationToken : CancellationToken.None);
        }

        return results;
    }

    private void DeleteFiles()
    {
        foreach (string suffix in (ReadOnlySpan<string>)["", "-wal", "-shm", ".lock"])
            File.Delete(Path + suffix);
    }
}
