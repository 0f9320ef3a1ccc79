using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>
/// Deletes users in two steps. The record goes at once, and with it everything becomes invisible; the log entries follow in slices between which the node does other
/// things. A partition with entries left is in a set, so that what a process that died left behind is erased at the next start.
/// </summary>
internal sealed class UserErasures(RedisKeys keys, RedisCalls calls, RedisValue origin)
{
    // About a millisecond of the node's time.
    private const int EntriesAtOnce = 500;

    public async Task<bool> DeleteAsync(UserKey user)
    {
        var own = keys.Of(user);
        var partition = own.Partition;
        await calls.WriteAsync(RedisScript.AddToSet, [keys.Erasures], [partition.Name]).ConfigureAwait(false);
        var existed = await calls.WriteAsync(
            RedisScript.DeleteUser,
            [own.Record, own.Window, partition.Users, own.EventIndex, own.ExposureIndex, partition.Erasures],
            [user.UserId, own.Channel, origin]).ConfigureAwait(false);
        await EraseAsync(partition).ConfigureAwait(false);
        return (int)existed == 1;
    }

    /// <summary>Finishes what others left behind.</summary>
    public async Task ResumeAsync()
    {
        var names = await calls.CallAsync(keys.Erasures, static (db, key) => db.SetMembersAsync(key, CommandFlags.DemandMaster)).ConfigureAwait(false);
        foreach (string name in names.Select(member => (string)member!))
        {
            int dot = name.LastIndexOf('.');
            await EraseAsync(keys.OfPartition(name[..dot], int.Parse(name.AsSpan(dot + 1), System.Globalization.CultureInfo.InvariantCulture))).ConfigureAwait(false);
        }
    }

    private async Task EraseAsync(PartitionKeys partition)
    {
        while ((int)await calls.WriteAsync(
            RedisScript.Erase, [partition.Erasures, partition.Events, partition.Exposures, partition.Undone], [EntriesAtOnce]).ConfigureAwait(false) == 1)
        {
        }

        await calls.WriteAsync(RedisScript.RemoveFromSet, [keys.Erasures], [partition.Name]).ConfigureAwait(false);
        // Somebody may have deleted another user of the partition just before the name went.
        if (await calls.CallAsync(partition.Erasures, static (db, key) => db.KeyExistsAsync(key, CommandFlags.DemandMaster)).ConfigureAwait(false))
            await calls.WriteAsync(RedisScript.AddToSet, [keys.Erasures], [partition.Name]).ConfigureAwait(false);
    }
}
