using Recsys.Storage;
using Recsys.Storage.Redis;
using Recsys.Tests.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>What is warned of when Redis' configuration can't keep what a durability level promises.</summary>
public sealed class RedisPromiseTests
{
    [Theory]
    [InlineData(StoreDurability.Fsync, "appendonly no", "keeps no append-only file|\"fsync\" promises|Set appendonly yes.")]
    [InlineData(StoreDurability.Fsync, "appendfsync everysec", "syncs to disk everysec|lose about a second|Set appendfsync always.")]
    [InlineData(StoreDurability.Fsync, "appendfsync no", "syncs to disk no|Set appendfsync always.")]
    [InlineData(StoreDurability.Memory, "maxmemory-policy allkeys-lru maxmemory 100mb", "drops keys when its memory is full (maxmemory-policy allkeys-lru): users and events would vanish")]
    [InlineData(StoreDurability.Memory, "maxmemory-policy allkeys-lru", "would drop keys as soon as a maxmemory is set (maxmemory-policy allkeys-lru)|noeviction.")]
    [InlineData(StoreDurability.Fsync, "maxmemory-policy volatile-ttl maxmemory 100mb", "drops keys when its memory is full (maxmemory-policy volatile-ttl)|sent again would count twice")]
    [InlineData(StoreDurability.Replicated, "", "has 0 replicas, and 2 must confirm each write|writes will be refused")]
    public async Task Redis_that_can_not_keep_a_level_when_opened_then_one_warning_says_what_and_what_to_do(StoreDurability durability, string settings, string said)
    {
        await using var redis = await RedisProcess.StartAsync(settings.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        string warning = Assert.Single(await WarningsAsync(redis, durability));
        Assert.StartsWith($"Redis at {redis.Address} ", warning, StringComparison.Ordinal);
        foreach (string part in said.Split('|'))
            Assert.Contains(part, warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StoreDurability.Memory, "appendonly no")]
    [InlineData(StoreDurability.Memory, "appendfsync everysec maxmemory 100mb")]
    [InlineData(StoreDurability.Fsync, "maxmemory 100mb maxmemory-policy noeviction")]
    public async Task Redis_that_keeps_a_level_when_opened_then_nothing_is_warned_of(StoreDurability durability, string settings)
    {
        await using var redis = await RedisProcess.StartAsync(settings.Split(' '));
        Assert.Empty(await WarningsAsync(redis, durability));
    }

    [Fact]
    public async Task Redis_with_fewer_replicas_than_must_confirm_when_opened_then_it_is_said_until_they_are_there()
    {
        await using var master = await RedisProcess.StartAsync();
        await using var replica = await RedisProcess.StartAsync("replicaof", $"127.0.0.1 {master.Port}");
        // The replica says so first, the master a moment later.
        while (!(await master.CliAsync("info", "replication")).Contains("state=online", StringComparison.Ordinal))
            await Task.Delay(20);
        Assert.Contains("has 1 replicas, and 2 must confirm", Assert.Single(await WarningsAsync(master, StoreDurability.Replicated)), StringComparison.Ordinal);
        Assert.Empty(await WarningsAsync(master, StoreDurability.Replicated, replicas: 1));
    }

    [Theory]
    [InlineData("-config")]
    [InlineData("-config|get")]
    public async Task Redis_that_does_not_show_its_configuration_when_opened_then_it_is_said_that_nobody_knows(string forbidden)
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await redis.CliAsync("acl", "setuser", "app", "on", ">secret", "~*", "&*", "+@all", forbidden);
        string warning = Assert.Single(await WarningsAsync(redis, StoreDurability.Fsync, user: "app"));
        Assert.StartsWith($"The configuration of Redis at {redis.Address} can't be read", warning, StringComparison.Ordinal);
        Assert.Contains("nobody knows whether it keeps what durability \"fsync\" promises", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", warning, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> WarningsAsync(RedisProcess redis, StoreDurability durability, int replicas = 2, string user = "")
    {
        var options = new RedisStoreOptions { Endpoints = redis.Address, Durability = durability, Replicas = replicas, User = user, Password = user.Length > 0 ? "secret" : "" };
        // Without its replicas a store can't write the header.
        if (durability == StoreDurability.Replicated)
            await (await RedisStore.OpenAsync(options with { Durability = StoreDurability.Memory }, default)).DisposeAsync();
        var connection = await RedisConnection.OpenAsync(options, default);
        await using (connection)
            return connection.Warnings;
    }
}
