using Recsys.Storage;
using Recsys.Storage.Redis;

namespace Recsys.Tests.Storage.Redis;

public sealed class RedisStoreConformanceTests(SharedRedis redis) : StoreConformance, IClassFixture<SharedRedis>
{
    protected override int Histories => 40;

    protected override async Task<IRecsysStore> OpenEmptyAsync() => await RedisStore.OpenAsync(RedisSample.Options(redis.Process.Address), default);
}
