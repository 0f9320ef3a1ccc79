using System.Buffers.Binary;

namespace Recsys.Storage.Sqlite;

/// <summary>Reads of both log streams, of one user or of the whole store, in either direction.</summary>
internal sealed class LogReads
{
    private readonly NamespaceTable _namespaces;
    private readonly Statement _find;
    private readonly Statement[] _ofUser;
    private readonly Statement[] _ofAll;

    public LogReads(StoreConnection connection, NamespaceTable namespaces)
    {
        _namespaces = namespaces;
        _find = connection.Prepare("SELECT user FROM user_ids WHERE ns = ? AND user_id = ?");
        _ofUser = Prepare(connection, "SELECT sequence, event_id, undone, payload FROM {0} WHERE user = ?3 AND sequence {1} ?1 ORDER BY sequence {2} LIMIT ?2");
        // The join hides entries of deleted users that are still to be erased. CROSS JOIN keeps SQLite from turning it round.
        _ofAll = Prepare(connection, """
            SELECT sequence, event_id, undone, payload, user, ns, user_id FROM {0} CROSS JOIN user_ids USING (user)
            WHERE sequence {1} ?1 ORDER BY sequence {2} LIMIT ?2
            """);
    }

    public List<LogEntry> OfUser(UserKey user, LogStream stream, long boundary, int maxCount, bool newestFirst)
    {
        var entries = new List<LogEntry>();
        long number = Find(user);
        if (number == 0)
            return entries;
        using var run = _ofUser[Index(stream, newestFirst)].Start();
        run.Bind(1, boundary).Bind(2, maxCount).Bind(3, number);
        while (run.Step())
            entries.Add(Entry(run, user));
        return entries;
    }

    public LogPage OfAll(LogStream stream, LogCursor from, int maxCount, bool newestFirst)
    {
        long boundary = Boundary(from, newestFirst);
        var entries = new List<LogEntry>();
        // One key object a user, however many entries it has.
        var users = new Dictionary<long, UserKey>();
        using var run = _ofAll[Index(stream, newestFirst)].Start();
        run.Bind(1, boundary).Bind(2, maxCount);
        while (run.Step())
        {
            if (!users.TryGetValue(run.Int64(4), out var user))
            {
                user = new UserKey(_namespaces.GetName(run.Int64(5)), run.Text(6));
                users.Add(run.Int64(4), user);
            }

            entries.Add(Entry(run, user));
        }

        return new LogPage(entries, entries.Count == 0 ? from : Cursor(entries[^1].Sequence));
    }

    // The cursor is the sequence of the last entry read.
    private static long Boundary(LogCursor cursor, bool newestFirst) => cursor.Bytes.Length switch
    {
        0 => newestFirst ? long.MaxValue : 0,
        sizeof(long) => BinaryPrimitives.ReadInt64LittleEndian(cursor.Bytes.Span),
        _ => throw new ArgumentException($"A cursor of this store has {sizeof(long)} bytes, not {cursor.Bytes.Length}.", nameof(cursor)),
    };

    private static LogCursor Cursor(long sequence)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, sequence);
        return new LogCursor(bytes);
    }

    private static LogEntry Entry(StatementRun run, UserKey user) => new(run.Int64(0), user, run.Text(1), run.Int64(2) != 0, run.BlobCopy(3));

    private static int Index(LogStream stream, bool newestFirst) => (stream == LogStream.Events ? 0 : 2) + (newestFirst ? 1 : 0);

    private static Statement[] Prepare(StoreConnection connection, string sql) =>
    [
        connection.Prepare(string.Format(null, sql, "events", ">", "ASC")),
        connection.Prepare(string.Format(null, sql, "events", "<", "DESC")),
        connection.Prepare(string.Format(null, sql, "exposures", ">", "ASC")),
        connection.Prepare(string.Format(null, sql, "exposures", "<", "DESC")),
    ];

    private long Find(UserKey user)
    {
        if (!_namespaces.TryGetNumber(user.Namespace, out long ns))
            return 0;
        using var run = _find.Start();
        return run.Bind(1, ns).Bind(2, user.UserId).Step() ? run.Int64(0) : 0;
    }
}
