using Recsys.Storage;
using Recsys.Storage.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>The header of a store on Redis through its versions, and the identity in it.</summary>
public sealed class StoreHeaderTests(SharedRedis redis) : IClassFixture<SharedRedis>
{
    private static readonly UserKey User = new("default", "u");

    [Fact]
    public async Task Store_of_format_1_when_opened_then_it_gets_an_identity_and_keeps_everything_else()
    {
        var options = RedisSample.Options(redis.Process.Address);
        // As it was written before there was an identity.
        await redis.Process.CliAsync("hset", options.Prefix + "store", "format", "1", "partitions", "3");
        await using (var store = await RedisStore.OpenAsync(options, default))
            await store.CommitAsync([new UserCommit { User = User, ExpectedRevision = 0, State = new byte[] { 7 }, ReceiveTimeMs = 1 }], default);

        var header = await HeaderAsync(options);
        Assert.Equal(("2", "3"), (header["format"], header["partitions"]));
        Assert.Equal(32, header["identity"].Length);
        await using var again = await RedisStore.OpenAsync(options, default);
        Assert.Equal(header, await HeaderAsync(options));
        Assert.Equal([7], (await again.LoadAsync([new UserLookup(User, [])], 1, default))[0].State.ToArray());
    }

    [Fact]
    public async Task Store_when_many_open_it_at_once_then_it_has_one_identity_and_all_can_use_it()
    {
        var options = RedisSample.Options(redis.Process.Address);
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RedisStore.OpenAsync(options, default)));
        foreach (var store in stores)
        {
            Assert.Equal([1u], await store.AllocateItemNumbersAsync("default", ["i"], default));
            Assert.Null(store.Loss);
            await store.DisposeAsync();
        }

        var other = RedisSample.Options(redis.Process.Address);
        await (await RedisStore.OpenAsync(other, default)).DisposeAsync();
        Assert.NotEqual((await HeaderAsync(options))["identity"], (await HeaderAsync(other))["identity"]);
    }

    [Theory]
    [InlineData("3", "4096", "x", "version 3")]
    [InlineData("2", "4096", null, "no identity")]
    [InlineData("0", "4096", "x", "isn't that of a store")]
    [InlineData("2", "0", "x", "isn't that of a store")]
    [InlineData("text", "4096", "x", "isn't that of a store")]
    public async Task Header_that_this_program_does_not_know_when_opened_then_it_is_refused_with_its_key_and_left_as_it_is(string format, string partitions, string? identity, string said)
    {
        var options = RedisSample.Options(redis.Process.Address);
        string key = options.Prefix + "store";
        await redis.Process.CliAsync(["hset", key, "format", format, "partitions", partitions, .. identity is null ? (string[])[] : ["identity", identity]]);
        var before = await HeaderAsync(options);
        var error = await Assert.ThrowsAsync<StoreFormatException>(() => RedisStore.OpenAsync(options, default));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await HeaderAsync(options));
    }

    [Fact]
    public async Task Store_when_it_is_lost_then_each_call_that_names_items_finds_out_and_every_later_one_is_refused()
    {
        foreach (var call in (Func<RedisStore, Task>[])
        [
            async store => await store.LoadAsync([new UserLookup(User, [])], 1, default),
            async store => await store.AllocateItemNumbersAsync("default", ["i"], default),
            async store => await store.ListItemNumbersAsync(0, 1, default),
        ])
        {
            var options = RedisSample.Options(redis.Process.Address);
            await using var store = await RedisStore.OpenAsync(options, default);
            Assert.Null(store.Loss);
            await redis.Process.CliAsync("del", options.Prefix + "store");
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => call(store));
            Assert.Equal(error.Message, store.Loss);
            var later = await Assert.ThrowsAsync<StoreUnavailableException>(
                async () => await store.CommitAsync([new UserCommit { User = User, ExpectedRevision = 0, State = new byte[] { 7 }, ReceiveTimeMs = 1 }], default));
            Assert.Equal(store.Loss, later.Message);
            var record = new RedisKeys(options.Prefix, RedisSample.Partitions).Of(User).Record;
            Assert.Equal("0", (await redis.Process.CliAsync("exists", record!)).Trim());
        }
    }

    private async Task<Dictionary<string, string>> HeaderAsync(RedisStoreOptions options)
    {
        string[] lines = (await redis.Process.CliAsync("hgetall", options.Prefix + "store")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
    }
}
