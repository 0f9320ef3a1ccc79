using System.Collections.Frozen;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>Reads of user records, and the list of users.</summary>
internal sealed class UserReads(RedisKeys keys, RedisCalls calls)
{
    // Partitions asked at once when users are listed: at 4,096 partitions most hold few.
    private const int PartitionsAtOnce = 64;

    /// <summary>Reads records, all on their way at once.</summary>
    public async Task<IReadOnlyList<UserRecord>> LoadAsync(IReadOnlyList<UserLookup> lookups, long nowMs)
    {
        var loads = new Task<UserRecord>[lookups.Count];
        for (int i = 0; i < loads.Length; i++)
            loads[i] = lookups[i].EventHashes.Count == 0 ? LoadRecordAsync(lookups[i].User) : LoadWithWindowAsync(lookups[i], nowMs);
        return await PartialAnswers.WhenAllAsync(loads, static record => record, UserRecord.Unreachable).ConfigureAwait(false);
    }

    /// <summary>Lists users in the order of their partitions, and within one of their ids' bytes.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string ns, string? afterUserId, int maxCount)
    {
        var users = new List<string>();
        int partition = 0;
        if (afterUserId is not null)
        {
            partition = keys.PartitionOf(afterUserId);
            users.AddRange(await ReadUsersAsync(ns, partition++, afterUserId, maxCount).ConfigureAwait(false));
        }

        while (users.Count < maxCount && partition < keys.Partitions)
        {
            int count = Math.Min(PartitionsAtOnce, keys.Partitions - partition);
            int first = partition;
            int wanted = maxCount - users.Count;
            var pages = await Task.WhenAll(Enumerable.Range(first, count).Select(p => ReadUsersAsync(ns, p, null, wanted))).ConfigureAwait(false);
            foreach (var page in pages)
                users.AddRange(page.Take(maxCount - users.Count));
            partition += count;
        }

        return users;
    }

    private async Task<IEnumerable<string>> ReadUsersAsync(string ns, int partition, string? after, int maxCount)
    {
        if (maxCount == 0)
            return [];
        RedisValue from = after is null ? default : after;
        var members = await calls.CallAsync(
            keys.OfPartition(ns, partition).Users,
            (Key: keys.OfPartition(ns, partition).Users, from, maxCount),
            static (db, c) => db.SortedSetRangeByValueAsync(c.Key, c.from, default, Exclude.Start, 0, c.maxCount, CommandFlags.DemandMaster)).ConfigureAwait(false);
        return members.Select(member => (string)member!);
    }

    private async Task<UserRecord> LoadRecordAsync(UserKey user)
    {
        var own = keys.Of(user).Record;
        var record = await calls.CallAsync(own, static (db, key) => db.StringGetAsync(key, CommandFlags.DemandMaster)).ConfigureAwait(false);
        return UserRecordBytes.Read(own, (byte[]?)record, FrozenSet<ulong>.Empty);
    }

    private async Task<UserRecord> LoadWithWindowAsync(UserLookup lookup, long nowMs)
    {
        var own = keys.Of(lookup.User);
        var answer = await calls.ReadAsync(RedisScript.Load, [own.Record, own.Window], []).ConfigureAwait(false);
        byte[]? window = (byte[]?)answer[1];
        IReadOnlySet<ulong> known = window is { Length: > 0 } ? RecentEvents.Find(window, lookup.EventHashes, nowMs) : FrozenSet<ulong>.Empty;
        return UserRecordBytes.Read(own.Record, (byte[]?)answer[0], known);
    }
}
