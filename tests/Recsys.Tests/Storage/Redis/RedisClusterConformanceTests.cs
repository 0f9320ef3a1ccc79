using Recsys.Storage;
using Recsys.Storage.Redis;

namespace Recsys.Tests.Storage.Redis;

public sealed class RedisClusterConformanceTests(SharedRedisCluster redis) : StoreConformance, IClassFixture<SharedRedisCluster>
{
    protected override int Histories => 20;

    protected override async Task<IRecsysStore> OpenEmptyAsync() => await RedisStore.OpenAsync(RedisSample.Options(redis.Cluster.Addresses), default);
}
