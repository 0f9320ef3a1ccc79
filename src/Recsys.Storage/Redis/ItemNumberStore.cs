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

    public async Task<IReadOnlyList<ItemNumber>> ListAsync(uint afterNumber, int maxCount)
    {
        if (maxCount == 0)
            return [];
        var members = await identity.CheckedAsync(calls.CallAsync(
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
