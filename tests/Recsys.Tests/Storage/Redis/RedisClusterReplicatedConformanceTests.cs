using Recsys.Storage;
using Recsys.Storage.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>With the writes' own connections, and WAIT behind each batch.</summary>
public sealed class RedisClusterReplicatedConformanceTests(SharedRedisCluster redis) : StoreConformance, IClassFixture<SharedRedisCluster>
{
    protected override int Histories => 12;

    protected override async Task<IRecsysStore> OpenEmptyAsync() =>
        await RedisStore.OpenAsync(RedisSample.Options(redis.Cluster.Addresses) with { Durability = StoreDurability.Replicated }, default);
}
