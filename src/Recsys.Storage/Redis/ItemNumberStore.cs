using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>Item numbers: a list in the order of the numbers, and a map back. A member is namespace, NUL, item id.</summary>
internal sealed class ItemNumberStore(RedisKeys keys, RedisCalls calls, StoreIdentity identity)
{
    private const int ItemsAtOnce = 1000;

    public async Task<IReadOnlyList<uint>> AllocateAsync(string ns, IReadOnlyList<string> itemIds)
    {
        uint[] numbers = new uint[itemIds.Count];
        for (int start = 0; start < numbers.Length; start += ItemsAtOnce)
        {
            var members = new RedisValue[Math.Min(ItemsAtOnce, numbers.Length - start)];
            for (int i = 0; i < members.Length; i++)
                members[i] = $"{ns}\0{itemIds[start + i]}";
            var answer = await identity.CheckedAsync(
                calls.WriteAsync(RedisScript.AllocateItems, [keys.ItemNumbers, keys.ItemsByNumber], members)).ConfigureAwait(false);
            for (int i = 0; i < members.Length; i++)
                numbers[start + i] = checked((uint)(long)answer[i]);
        }

        return numbers;
    }

    /// <summary>Gives items back their numbers, from the first that is missing. A number that names another item now can't be given back: the store is lost for this process.</summary>
    public async Task RestoreAsync(IReadOnlyList<ItemNumber> items)
    {
        int start = Math.Max(0, items.Count - ItemsAtOnce);
        while (start < items.Count)
        {
            var slice = items.Skip(start).Take(ItemsAtOnce).ToArray();
            RedisValue[] arguments = [slice[0].Number, .. slice.Select(item => (RedisValue)$"{item.Namespace}\0{item.ItemId}")];
            var answer = await calls.WriteAsync(RedisScript.RestoreItems, [keys.ItemNumbers, keys.ItemsByNumber], arguments).ConfigureAwait(false);
            switch ((int)answer[0])
            {
                case 1:
                    start += slice.Length;
                    break;
                case 2:
                    // All before the given ones that are missing too can't be helped: then it's another store.
                    long known = (long)answer[1];
                    start = (int)Math.Max(0, known + 1 - items[0].Number);
                    if (items[0].Number > known + 1) throw Lost((uint)known + 1);
                    break;
                default:
                    throw Lost((uint)(long)answer[1]);
            }
        }
    }

    private StoreUnavailableException Lost(uint number)
    {
        string why = $"Redis has given the item number {number} to another item than this process knows it of: a fail-over lost item numbers that were in use. "
            + "What is in this process' memory doesn't fit the store any more, so it uses the store no more. Start this server again; "
            + "events that it took with such items since the fail-over are in the log with the items that have their numbers now.";
        calls.Lose(why);
        return new StoreUnavailableException(why);
    }

    public async Task<IReadOnlyList<ItemNumber>> ListAsync(uint afterNumber, int maxCount)
    {
        if (maxCount == 0)
            return [];
        var members = await identity.CheckedAsync(calls.CallAsync(
            keys.ItemsByNumber,
            (Key: keys.ItemsByNumber, Start: (long)afterNumber, Stop: afterNumber + (long)maxCount - 1),
            static (db, c) => db.ListRangeAsync(c.Key, c.Start, c.Stop, CommandFlags.DemandMaster))).ConfigureAwait(false);
        var items = new ItemNumber[members.Length];
        for (int i = 0; i < items.Length; i++)
        {
            string member = members[i]!;
            int end = member.IndexOf('\0', StringComparison.Ordinal);
            items[i] = new ItemNumber(afterNumber + (uint)i + 1, member[..end], member[(end + 1)..]);
        }

        return items;
    }
}
