namespace Recsys.Storage.Sqlite;

/// <summary>The writer's connection, counters and prepared writes. Only the writer thread uses it.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly StoreConnection _connection;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _saveCounters;
    private StoreCounters _stored;
    private StoreCounters _counters;

    public WriteSession(StoreConnection connection)
    {
        _connection = connection;
        _begin = connection.Prepare("BEGIN IMMEDIATE");
        _commit = connection.Prepare("COMMIT");
        _rollback = connection.Prepare("ROLLBACK");
        _saveCounters = connection.Prepare("UPDATE counters SET revision = ?, sequence = ?, user = ?, item = ?");
        _counters = _stored = ReadCounters(connection);
        Namespaces = new NamespaceTable(connection);
        Users = new UserWrites(connection, this);
        Erasures = new UserErasures(connection, this);
        Items = new ItemNumberWrites(connection, this);
        Documents = new DocumentWrites(connection, this);
    }

    public NamespaceTable Namespaces { get; }

    public UserWrites Users { get; }

    public UserErasures Erasures { get; }

    public ItemNumberWrites Items { get; }

    public DocumentWrites Documents { get; }

    public long NextRevision() => ++_counters.Revision;

    public long NextUser() => ++_counters.User;

    public long NextItem() => ++_counters.Item;

    /// <summary>The first of so many consecutive sequence numbers.</summary>
    public long NextSequences(int count)
    {
        long first = _counters.Sequence + 1;
        _counters.Sequence += count;
        return first;
    }

    /// <summary>The next sequence number is greater than this one. Returns the number given out last.</summary>
    public long ContinueSequences(long through) => _counters.Sequence = Math.Max(_counters.Sequence, through);

    /// <summary>Runs the writes in one transaction, which is durable on return and leaves nothing behind on an exception.</summary>
    public void Transact(Action<WriteSession> write)
    {
        // Left open only where a roll-back failed.
        if (_connection.InTransaction)
            _rollback.Execute();
        _begin.Execute();
        bool committed = false;
        try
        {
            write(this);
            SaveCounters();
            _commit.Execute();
            committed = true;
            _stored = _counters;
        }
        finally
        {
            if (!committed)
                Rollback();
            Namespaces.EndTransaction(committed);
        }
    }

    public void Dispose() => _connection.Dispose();

    private void SaveCounters()
    {
        if (_counters == _stored)
            return;
        using var run = _saveCounters.Start();
        run.Bind(1, _counters.Revision).Bind(2, _counters.Sequence).Bind(3, _counters.User).Bind(4, _counters.Item).Step();
    }

    private void Rollback()
    {
        _counters = _stored;
        if (_connection.InTransaction)
            _rollback.Execute();
    }

    private static StoreCounters ReadCounters(StoreConnection connection)
    {
        using var run = connection.Prepare("SELECT revision, sequence, user, item FROM counters").Start();
        return run.Step()
            ? new StoreCounters(run.Int64(0), run.Int64(1), run.Int64(2), run.Int64(3))
            : throw new StoreFormatException("The store is damaged: its counters are missing.");
    }
}
