namespace Recsys.Storage;

/// <summary>
/// Everything that Recsys keeps. A store knows keys, bytes, revisions and sequence numbers; what the bytes mean is the engine's business.
/// Every member may throw <see cref="StoreUnavailableException"/>. Cancelling a write has an effect only until the store takes it up: an
/// <see cref="OperationCanceledException"/> says that nothing of it was or will be stored (of a deletion: that the rest follows).
/// One conformance suite (tests/Recsys.Tests/Storage) holds for every store.
/// </summary>
public interface IRecsysStore : IAsyncDisposable
{
    /// <summary>How firmly a commit is stored when <see cref="CommitAsync"/> returns.</summary>
    StoreDurability Durability { get; }

    /// <summary>Whether other processes may write to the same data while this one does; what they write to documents is told by <see cref="ReadChangesAsync"/>.</summary>
    bool IsShared { get; }

    /// <summary>
    /// Why this process can't use the store any more: it isn't the one that was opened, its data was lost or replaced. Every call throws
    /// <see cref="StoreUnavailableException"/> from then on, until the store is opened again. Null: it can.
    /// </summary>
    string? Loss { get; }

    /// <summary>
    /// Reads user records, in the order asked, and which of the given event hashes each user's duplicate window holds. One round trip. A store of several machines may
    /// reach only some of the users: the others' records are <see cref="UserRecord.Unreachable"/>; where it reaches none it throws.
    /// </summary>
    /// <param name="lookups">Distinct users.</param>
    /// <param name="nowMs">Unix time in milliseconds by which the 24 hours of the duplicate window are judged.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyList<UserRecord>> LoadAsync(IReadOnlyList<UserLookup> lookups, long nowMs, CancellationToken cancellationToken);

    /// <summary>
    /// Commits changes of users, each atomically: appends its log entries, marks undone entries, replaces state and profile, extends the duplicate window.
    /// Returns, in the order given, after all of it is as durable as <see cref="Durability"/> says. A commit whose <see cref="UserCommit.ExpectedRevision"/>
    /// isn't the stored revision changes nothing and is answered <see cref="CommitStatus.Conflict"/>. A store of several machines may reach only some of the users: the others' commits are answered
    /// <see cref="CommitStatus.Unavailable"/>; where it reaches none it throws.
    /// </summary>
    /// <param name="commits">Distinct users.</param>
    /// <param name="cancellationToken">Ends the wait before the store takes the commits up, and never after.</param>
    ValueTask<IReadOnlyList<CommitResult>> CommitAsync(IReadOnlyList<UserCommit> commits, CancellationToken cancellationToken);

    /// <summary>Reads one user's log entries of one stream in commit order, or newest first.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="stream">Events or exposures.</param>
    /// <param name="boundary">Ascending: entries with a greater sequence (0 = from the start). Descending: entries with a smaller one (<see cref="long.MaxValue"/> = from the end).</param>
    /// <param name="maxCount">At most so many.</param>
    /// <param name="newestFirst">Descending order.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<IReadOnlyList<LogEntry>> ReadUserLogAsync(
        UserKey user, LogStream stream, long boundary, int maxCount, bool newestFirst, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the whole store's log of one stream, page by page: each entry once, those of one user in commit order (or newest first), those of several users only roughly,
    /// since a store may be partitioned. An empty page is the end; reading on from there later finds what was appended meanwhile (ascending only).
    /// </summary>
    /// <param name="stream">Events or exposures.</param>
    /// <param name="from">Where the page before ended; default: the start (or the end of the log, newest first). Of the same store, stream and direction.</param>
    /// <param name="maxCount">At most so many.</param>
    /// <param name="newestFirst">Descending order.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<LogPage> ReadLogAsync(LogStream stream, LogCursor from, int maxCount, bool newestFirst, CancellationToken cancellationToken);

    /// <summary>Reads ids of users that have a record, after <paramref name="afterUserId"/> (null = from the start), in an order of the store's own that doesn't change.</summary>
    ValueTask<IReadOnlyList<string>> ListUsersAsync(string ns, string? afterUserId, int maxCount, CancellationToken cancellationToken);

    /// <summary>Namespaces that have or had users, in ordinal order; some may have had items only.</summary>
    ValueTask<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes sure that log entries appended to a namespace from now on get greater sequence numbers than <paramref name="through"/>: a log that comes from another store
    /// goes on behind the numbers which it had there.
    /// </summary>
    ValueTask ContinueSequencesAsync(string ns, long through, CancellationToken cancellationToken);

    /// <summary>Deletes a user: record, log entries of both streams, duplicate window. Revisions never restart: a later record of the same id has a greater revision
    /// than any before. Idempotent; returns whether there was anything.</summary>
    ValueTask<bool> DeleteUserAsync(UserKey user, CancellationToken cancellationToken);

    /// <summary>Returns the store-wide numbers of items, allocating durably those that have none yet. Numbers start at 1, are never reused and never change.</summary>
    ValueTask<IReadOnlyList<uint>> AllocateItemNumbersAsync(string ns, IReadOnlyList<string> itemIds, CancellationToken cancellationToken);

    /// <summary>Reads allocated item numbers of every namespace in the order of their numbers, after <paramref name="afterNumber"/> (0 = from the start).</summary>
    ValueTask<IReadOnlyList<ItemNumber>> ListItemNumbersAsync(uint afterNumber, int maxCount, CancellationToken cancellationToken);

    /// <summary>
    /// Gives items back the numbers that the store gave them once and lost since, as a fail-over can. Where it has given one to another item meanwhile, it's lost for this process
    /// (<see cref="Loss"/>).
    /// </summary>
    /// <param name="items">Numbers that follow each other, up to the last one known.</param>
    /// <param name="cancellationToken">As with every write.</param>
    ValueTask RestoreItemNumbersAsync(IReadOnlyList<ItemNumber> items, CancellationToken cancellationToken);

    /// <summary>Writes or deletes documents, each atomically, all durable on return. See <see cref="DocumentWrite.ExpectedRevision"/>.</summary>
    ValueTask<IReadOnlyList<CommitResult>> PutDocumentsAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken);

    /// <summary>Reads one document, or null.</summary>
    ValueTask<Document?> GetDocumentAsync(string collection, string ns, string key, CancellationToken cancellationToken);

    /// <summary>Reads documents of one collection in the ordinal order of (namespace, key), after the given pair (null = from the start). A null <paramref name="ns"/> reads every namespace.</summary>
    ValueTask<IReadOnlyList<Document>> ListDocumentsAsync(
        string collection, string? ns, DocumentKey? after, int maxCount, CancellationToken cancellationToken);

    /// <summary>
    /// Reads which documents of one collection, in every namespace, were written or deleted since <paramref name="since"/>: each at least once, with its content as it is now.
    /// </summary>
    /// <param name="collection">The collection.</param>
    /// <param name="since">What the call before returned. Default: from now on; the page is empty.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<ChangePage> ReadChangesAsync(string collection, ChangeCursor since, CancellationToken cancellationToken);

    /// <summary>
    /// Calls back when the watch begins, soon after each change of a user by another process that appends, undoes, writes a profile or deletes, and when such a change may have
    /// been missed: that the store can't be reached is no error here, but a callback when it's back. Own changes aren't told. Begins at once where no other process can write.
    /// </summary>
    /// <param name="user">Whose changes.</param>
    /// <param name="onChanged">Must only set a flag or signal; called from any thread, also before this returns.</param>
    /// <returns>Ends the watch when disposed of.</returns>
    IDisposable WatchUser(UserKey user, Action onChanged);
}
