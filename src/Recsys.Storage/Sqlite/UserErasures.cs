using System.Diagnostics;

namespace Recsys.Storage.Sqlite;

/// <summary>
/// Deletes users in two steps. The record goes at once, and with it everything becomes invisible, since entries are read through their user's id. The entries
/// follow in slices between which other writes take place; the table `erasures` remembers, through a crash too, whose are left.
/// </summary>
internal sealed class UserErasures
{
    private const int RowsAtOnce = 100;

    // Leaves some of the promised 10 ms for the sync at the end of the slice.
    private static readonly TimeSpan SliceDuration = TimeSpan.FromMilliseconds(6);

    private readonly WriteSession _session;
    private readonly Statement _deleteId;
    private readonly Statement _deleteUser;
    private readonly Statement _insertErasure;
    private readonly Statement _nextErasure;
    private readonly Statement _countErasure;
    private readonly Statement _deleteErasure;
    private readonly Statement[] _deleteEntries;
    private readonly Statement _changes;

    public UserErasures(StoreConnection connection, WriteSession session)
    {
        _session = session;
        _deleteId = connection.Prepare("DELETE FROM user_ids WHERE user = ?");
        _deleteUser = connection.Prepare("DELETE FROM users WHERE user = ?");
        _insertErasure = connection.Prepare("INSERT INTO erasures (user) VALUES (?)");
        _nextErasure = connection.Prepare("SELECT min(user) FROM erasures");
        _countErasure = connection.Prepare("SELECT count(*) FROM erasures WHERE user = ?");
        _deleteErasure = connection.Prepare("DELETE FROM erasures WHERE user = ?");
        _deleteEntries = [PrepareDelete(connection, "events"), PrepareDelete(connection, "exposures")];
        _changes = connection.Prepare("SELECT changes()");
    }

    /// <summary>Deletes the record and leaves the entries to <see cref="EraseSlice"/>. Returns the user's internal number; 0: there was none.</summary>
    public long Start(UserKey key)
    {
        if (!_session.Namespaces.TryGetNumber(key.Namespace, out long ns))
            return 0;
        long user = _session.Users.Find(ns, key.UserId);
        if (user == 0)
            return 0;
        Run(_deleteId, user);
        Run(_deleteUser, user);
        Run(_insertErasure, user);
        return user;
    }

    /// <summary>The next user with entries left; 0: nobody.</summary>
    public long Next()
    {
        using var run = _nextErasure.Start();
        return run.Step() ? run.Int64(0) : 0;
    }

    public bool IsPending(long user)
    {
        using var run = _countErasure.Start();
        return run.Bind(1, user).Step() && run.Int64(0) > 0;
    }

    /// <summary>Deletes some of a user's entries, for a few milliseconds.</summary>
    public void EraseSlice(long user)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (var delete in _deleteEntries)
        {
            do
            {
                if (Stopwatch.GetElapsedTime(start) > SliceDuration)
                    return;
                Run(delete, user);
            }
            while (Changes() > 0);
        }

        Run(_deleteErasure, user);
    }

    private static Statement PrepareDelete(StoreConnection connection, string table) =>
        connection.Prepare($"DELETE FROM {table} WHERE sequence IN (SELECT sequence FROM {table} WHERE user = ? LIMIT {RowsAtOnce})");

    private static void Run(Statement statement, long user)
    {
        using var run = statement.Start();
        run.Bind(1, user).Step();
    }

    private long Changes()
    {
        using var run = _changes.Start();
        return run.Step() ? run.Int64(0) : 0;
    }
}
