using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace Recsys.Tests.Storage.Redis.Versions;

/// <summary>
/// The keys of a store as text: a line each, key and command that writes it, and what it writes in hexadecimal. Without the store's prefix, in the order of the keys, and of the
/// members where Redis keeps none. The header's identity, which is random, is 16 zero bytes.
/// </summary>
internal static class StoredKeys
{
    private const string Identity = "00000000000000000000000000000000";

    /// <summary>What lies in Redis.</summary>
    public static async Task<string[]> ReadAsync(ConnectionMultiplexer redis, string prefix)
    {
        var database = redis.GetDatabase();
        var lines = new List<string>();
        foreach (var key in redis.GetServers()[0].Keys(pattern: prefix + "*"))
        {
            string name = key.ToString()[prefix.Length..];
            if (name == "store")
                await database.HashSetAsync(key, "identity", Identity);
            foreach (string words in await WordsAsync(database, key))
                lines.Add($"{Hex(name)} {words}");
        }

        lines.Sort(StringComparer.Ordinal);
        return [.. lines];
    }

    /// <summary>Puts such lines into Redis.</summary>
    public static async Task WriteAsync(ConnectionMultiplexer redis, string prefix, IEnumerable<string> lines)
    {
        foreach (string[] words in lines.Select(line => line.Split(' ')))
        {
            object key = (RedisKey)(prefix + Encoding.UTF8.GetString(Convert.FromHexString(words[0])));
            await redis.GetDatabase().ExecuteAsync(words[1], [key, .. words[2..].Select(word => (object)Convert.FromHexString(word))]);
        }
    }

    private static async Task<IEnumerable<string>> WordsAsync(IDatabase database, RedisKey key)
    {
        switch (await database.KeyTypeAsync(key))
        {
            case RedisType.String:
                return [$"SET {Hex(await database.StringGetAsync(key))}"];
            case RedisType.Hash:
                return (await database.HashGetAllAsync(key)).Select(entry => $"HSET {Hex(entry.Name)} {Hex(entry.Value)}");
            case RedisType.Set:
                return (await database.SetMembersAsync(key)).Select(member => $"SADD {Hex(member)}");
            case RedisType.SortedSet:
                return (await database.SortedSetRangeByRankWithScoresAsync(key)).Select(entry => $"ZADD {Hex(entry.Score.ToString(CultureInfo.InvariantCulture))} {Hex(entry.Element)}");
            case RedisType.List:
                return [$"RPUSH {string.Join(' ', (await database.ListRangeAsync(key)).Select(Hex))}"];
            case RedisType.Stream:
                return (await database.StreamRangeAsync(key)).Select(
                    entry => $"XADD {Hex(entry.Id)} {string.Join(' ', entry.Values.Select(field => $"{Hex(field.Name)} {Hex(field.Value)}"))}");
            default:
                throw new NotSupportedException($"{key} is of a type that no store has.");
        }
    }

    private static string Hex(RedisValue value) => Convert.ToHexStringLower((byte[])value!);
}
