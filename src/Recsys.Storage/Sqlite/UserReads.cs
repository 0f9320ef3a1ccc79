using System.Collections.Frozen;

namespace Recsys.Storage.Sqlite;

/// <summary>Reads of user records.</summary>
internal sealed class UserReads(StoreConnection connection, NamespaceTable namespaces)
{
    private static readonly UserRecord NoRecord = new(0, ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty, FrozenSet<ulong>.Empty);

    private readonly Statement _load = connection.Prepare(
        "SELECT revision, state, profile, recent FROM user_ids CROSS JOIN users USING (user) WHERE ns = ? AND user_id = ?");

    private readonly Statement _list = connection.Prepare("SELECT user_id FROM user_ids WHERE ns = ? AND user_id > ? ORDER BY user_id LIMIT ?");

    public UserRecord[] Load(IReadOnlyList<UserLookup> lookups, long nowMs)
    {
        var records = new UserRecord[lookups.Count];
        for (int i = 0; i < records.Length; i++)
            records[i] = Load(lookups[i], nowMs);
        return records;
    }

    public List<string> List(string ns, string after, int maxCount)
    {
        var ids = new List<string>();
        if (!namespaces.TryGetNumber(ns, out long number))
            return ids;
        using var run = _list.Start();
        run.Bind(1, number).Bind(2, after).Bind(3, maxCount);
        while (run.Step())
            ids.Add(run.Text(0));
        return ids;
    }

    private UserRecord Load(UserLookup lookup, long nowMs)
    {
        if (!namespaces.TryGetNumber(lookup.User.Namespace, out long ns))
            return NoRecord;
        using var run = _load.Start();
        if (!run.Bind(1, ns).Bind(2, lookup.User.UserId).Step())
            return NoRecord;

        IReadOnlySet<ulong> known = FrozenSet<ulong>.Empty;
        if (lookup.EventHashes.Count > 0)
        {
            var found = new HashSet<ulong>();
            DuplicateWindow.Find(run.Blob(3), lookup.EventHashes, nowMs, found);
            known = found;
        }

        return new UserRecord(run.Int64(0), run.BlobCopy(1), run.BlobCopy(2), known);
    }
}
