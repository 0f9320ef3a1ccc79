using Recsys.Storage;
using Recsys.Storage.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>Stores for tests.</summary>
internal static class RedisSample
{
    /// <summary>Few, so that users share them, and pages of the log needn't ask thousands.</summary>
    public const int Partitions = 6;

    private static int _stores;

    /// <summary>Options of a new store.</summary>
    public static RedisStoreOptions Options(string addresses) => new()
    {
        Endpoints = addresses,
        Prefix = $"test{Interlocked.Increment(ref _stores)}:",
        Durability = StoreDurability.Memory,
        Partitions = Partitions,
        Timeout = TimeSpan.FromSeconds(60),
    };
}
