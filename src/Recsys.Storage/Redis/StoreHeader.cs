using System.Globalization;

namespace Recsys.Storage.Redis;

/// <summary>What a store says of itself: its format, and its number of partitions, which never changes.</summary>
internal static class StoreHeader
{
    private const int Format = 1;

    private const string Script = """
        if redis.call('EXISTS', KEYS[1]) == 0 then
          redis.call('HSET', KEYS[1], 'format', ARGV[1], 'partitions', ARGV[2])
        end
        return redis.call('HMGET', KEYS[1], 'format', 'partitions')
        """;

    /// <summary>Makes the header where there is none, and reads it.</summary>
    public static async Task<RedisKeys> PrepareAsync(RedisStoreOptions options, RedisCalls calls)
    {
        var header = await calls.WriteAsync(Script, [new RedisKeys(options.Prefix, 0).Store], [Format, options.Partitions]).ConfigureAwait(false);
        if (!int.TryParse((string?)header[0], CultureInfo.InvariantCulture, out int format)
            || !int.TryParse((string?)header[1], CultureInfo.InvariantCulture, out int partitions)
            || partitions < 1)
        {
            throw new StoreFormatException($"The key {options.Prefix}store of Redis isn't that of a store. Choose another prefix.");
        }

        if (format > Format)
            throw new StoreFormatException($"The store in Redis has version {format}; this program knows versions up to {Format}. Use a newer program.");
        return new RedisKeys(options.Prefix, partitions);
    }
}
