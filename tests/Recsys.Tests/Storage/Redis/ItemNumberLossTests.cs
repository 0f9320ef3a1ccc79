using Recsys.Serving.Catalogue;
using Recsys.Storage;
using Recsys.Storage.Redis;
using Recsys.Tests.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>Item numbers that a fail-over took back, as servers find it that have them in memory.</summary>
public sealed class ItemNumberLossTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Numbers_when_a_fail_over_lost_the_newest_then_they_are_given_back_before_they_go_to_others()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        var options = RedisSample.Options(redis.Address);
        await using var store = await RedisStore.OpenAsync(options, None);
        var items = await ItemNumbers.LoadAsync(store, None);
        uint[] numbers = [1, 2, 3, 4];
        Assert.Equal(numbers, await items.ResolveAsync("default", ["a", "b", "c", "d"], None));
        await LoseNewestAsync(redis, options, 3);

        Assert.Equal(5u, (await items.ResolveAsync("default", ["e"], None))[0]);
        await LoseNewestAsync(redis, options, 1);
        await items.RefreshAsync(None);
        await using var another = await RedisStore.OpenAsync(options, None);
        Assert.Equal(["a", "b", "c", "d", "e"], (await another.ListItemNumbersAsync(0, 10, None)).Select(item => item.ItemId));
        numbers = [5, 1];
        Assert.Equal(numbers, await another.AllocateItemNumbersAsync("default", ["e", "a"], None));
        Assert.Null(store.Loss);
    }

    [Fact]
    public async Task Numbers_when_they_went_to_others_meanwhile_then_the_store_is_lost_for_who_has_them_in_memory()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        var options = RedisSample.Options(redis.Address);
        await using var store = await RedisStore.OpenAsync(options, None);
        var items = await ItemNumbers.LoadAsync(store, None);
        await items.ResolveAsync("default", ["a", "b"], None);
        await LoseNewestAsync(redis, options, 1);
        await using var another = await RedisStore.OpenAsync(options, None);
        Assert.Equal(2u, (await another.AllocateItemNumbersAsync("default", ["else"], None))[0]);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => items.RefreshAsync(None));
        Assert.Contains("number 2", store.Loss, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await items.ResolveAsync("default", ["more"], None));
        Assert.Null(another.Loss);
    }

    // As the master that takes over has it: the replication stream was cut before the last allocations.
    private static async Task LoseNewestAsync(RedisProcess redis, RedisStoreOptions options, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string item = (await redis.CliAsync("--raw", "rpop", $"{options.Prefix}{{items}}:ids")).TrimEnd('\n');
            await redis.CliAsync("eval", "return redis.call('HDEL', KEYS[1], 'default\\0' .. ARGV[1])", "1", $"{options.Prefix}{{items}}:numbers", item[(item.IndexOf('\0') + 1)..]);
        }
    }
}
