using Recsys.Storage.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>Calls that a Cluster sends from node to node.</summary>
public sealed class RedisRedirectTests(SharedRedisCluster redis) : IClassFixture<SharedRedisCluster>
{
    [Fact]
    public async Task A_slot_that_moved_and_moves_again_when_called_then_the_call_arrives()
    {
        int slot = await redis.Cluster.SlotOfAsync("items.default");
        await using var store = await RedisStore.OpenAsync(RedisSample.Options(redis.Cluster.Addresses), default);
        // The node that the store knows answers MOVED, the node named there ASK; the library follows one of the two only.
        await redis.Cluster.MoveSlotAsync(slot);
        await redis.Cluster.BeginMoveAsync(slot);
        Assert.Null(await store.GetDocumentAsync("items", "default", "one", default));
    }
}
