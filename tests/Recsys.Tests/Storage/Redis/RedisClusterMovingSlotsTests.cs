using Recsys.Storage;
using Recsys.Storage.Redis;
using Xunit.Abstractions;

namespace Recsys.Tests.Storage.Redis;

/// <summary>The conformance suite while slots move.</summary>
[Trait("Category", "Slow")]
public sealed class RedisClusterMovingSlotsTests(MovingRedisCluster redis, ITestOutputHelper output) : StoreConformance, IClassFixture<MovingRedisCluster>, IAsyncLifetime
{
    private int _movesBefore;

    protected override int Histories => 8;

    public Task InitializeAsync()
    {
        _movesBefore = redis.Moves;
        return Task.CompletedTask;
    }

    // Short tests may end within one move.
    public Task DisposeAsync()
    {
        output.WriteLine($"{redis.Moves - _movesBefore} slots moved during this test, {redis.Moves} in all.");
        if (redis.Failure is { } failure)
            throw new InvalidOperationException("The slots stand still.", failure);
        return Task.CompletedTask;
    }

    protected override async Task<IRecsysStore> OpenEmptyAsync() => await RedisStore.OpenAsync(RedisSample.Options(redis.Cluster.Addresses), default);
}
