using System.Globalization;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>
/// What a store says of itself: its format, its number of partitions, which never changes, and since format 2 a random identity, which tells it from any other that
/// may lie under the same keys later. A store of format 1 gets one when it's opened.
/// </summary>
internal static class StoreHeader
{
    /// <summary>What this program writes, and the newest that it reads.</summary>
    public const int Format = 2;

    /// <summary>The field of the identity.</summary>
    public const string Identity = "identity";

    /// <summary>The field of the format.</summary>
    public const string FormatName = "format";

    private const string Read = "return redis.call('HMGET', KEYS[1], 'format', 'partitions', 'identity')";

    private const string Prepare = $"""
        local format = redis.call('HGET', KEYS[1], 'format')
        if redis.call('EXISTS', KEYS[1]) == 0 then
          redis.call('HSET', KEYS[1], 'format', ARGV[1], 'partitions', ARGV[2], 'identity', ARGV[3])
        elseif format == '1' then
          redis.call('HSET', KEYS[1], 'format', ARGV[1], 'identity', ARGV[3])
        end
        {Read}
        """;

    /// <summary>Makes the header where there is none, brings an older one up to date, and reads it.</summary>
    public static async Task<(RedisKeys Keys, string Identity)> PrepareAsync(RedisStoreOptions options, RedisCalls calls)
    {
        RedisKey[] keys = [new RedisKeys(options.Prefix, 0).Store];
        // Nothing is written where nothing is to do: also while replicas are missing a server starts and makes lists.
        var header = await calls.ReadAsync(Read, keys, []).ConfigureAwait(false);
        if ((string?)header[0] is null or "1")
            header = await calls.WriteAsync(Prepare, keys, [Format, options.Partitions, Guid.NewGuid().ToString("N")]).ConfigureAwait(false);
        if (!int.TryParse((string?)header[0], CultureInfo.InvariantCulture, out int format)
            || !int.TryParse((string?)header[1], CultureInfo.InvariantCulture, out int partitions)
            || format < 1
            || partitions < 1)
        {
            throw new StoreFormatException($"The key {options.Prefix}store of Redis isn't that of a store. Choose another prefix.");
        }

        if (format > Format)
            throw new StoreFormatException($"The store in Redis has version {format} (key {options.Prefix}store); this program knows versions up to {Format}. Use a newer program.");
        if ((string?)header[2] is not { Length: > 0 } identity)
            throw new StoreFormatException($"The key {options.Prefix}store of Redis has no identity, which a store of version {format} must have: it's damaged.");
        return (new RedisKeys(options.Prefix, partitions), identity);
    }
}
