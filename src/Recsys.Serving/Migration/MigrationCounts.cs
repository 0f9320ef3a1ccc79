namespace Recsys.Serving.Migration;

/// <summary>How far a migration is; read while it runs.</summary>
public sealed class MigrationCounts
{
    private long _usersTotal;
    private long _usersCopied;
    private long _usersSkipped;
    private long _usersVerified;
    private long _events;
    private long _exposures;
    private long _undone;
    private long _items;
    private long _itemsSkipped;
    private long _documents;
    private long _documentsSkipped;
    private long _artefacts;
    private long _artefactsSkipped;

    /// <summary>Users of the source.</summary>
    public long UsersTotal => Volatile.Read(ref _usersTotal);

    /// <summary>Users of whom this run wrote something.</summary>
    public long UsersCopied => Volatile.Read(ref _usersCopied);

    /// <summary>Users who were there already.</summary>
    public long UsersSkipped => Volatile.Read(ref _usersSkipped);

    /// <summary>Users compared.</summary>
    public long UsersVerified => Volatile.Read(ref _usersVerified);

    /// <summary>Events written by this run.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>Exposures written by this run.</summary>
    public long Exposures => Volatile.Read(ref _exposures);

    /// <summary>Events marked as undone by this run.</summary>
    public long Undone => Volatile.Read(ref _undone);

    /// <summary>Item numbers written by this run.</summary>
    public long Items => Volatile.Read(ref _items);

    /// <summary>Item numbers that were there already.</summary>
    public long ItemsSkipped => Volatile.Read(ref _itemsSkipped);

    /// <summary>Documents written by this run.</summary>
    public long Documents => Volatile.Read(ref _documents);

    /// <summary>Documents that were there already.</summary>
    public long DocumentsSkipped => Volatile.Read(ref _documentsSkipped);

    /// <summary>Models' artefacts written by this run.</summary>
    public long Artefacts => Volatile.Read(ref _artefacts);

    /// <summary>Models' artefacts that were there already.</summary>
    public long ArtefactsSkipped => Volatile.Read(ref _artefactsSkipped);

    internal void AddUsersTotal(long count) => Interlocked.Add(ref _usersTotal, count);

    internal void AddUsersSkipped(long count) => Interlocked.Add(ref _usersSkipped, count);

    internal void AddUser(bool copied) => Interlocked.Increment(ref copied ? ref _usersCopied : ref _usersSkipped);

    internal void AddUsersVerified(long count) => Interlocked.Add(ref _usersVerified, count);

    internal void AddEntries(long events, long exposures, long undone)
    {
        Interlocked.Add(ref _events, events);
        Interlocked.Add(ref _exposures, exposures);
        Interlocked.Add(ref _undone, undone);
    }

    internal void AddItems(long written, long skipped)
    {
        Interlocked.Add(ref _items, written);
        Interlocked.Add(ref _itemsSkipped, skipped);
    }

    internal void AddDocuments(long written, long skipped)
    {
        Interlocked.Add(ref _documents, written);
        Interlocked.Add(ref _documentsSkipped, skipped);
    }

    internal void AddArtefact(bool written) => Interlocked.Increment(ref written ? ref _artefacts : ref _artefactsSkipped);
}
