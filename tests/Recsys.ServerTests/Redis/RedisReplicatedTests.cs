using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Health.V1;
using Recsys.ServerTests.Running;
using Recsys.Tests.Redis;
using Recsys.V1;

namespace Recsys.ServerTests.Redis;

/// <summary>A server that must have each write confirmed by a replica of Redis, and one whose Redis hangs.</summary>
[Collection(AloneCollection.Name)]
public sealed class RedisReplicatedTests
{
    [Fact]
    public async Task Event_when_no_replica_confirms_it_then_it_is_not_acknowledged_not_even_as_a_duplicate_until_one_does()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var copy = await RedisProcess.StartAsync();
        await copy.CliAsync("replicaof", "127.0.0.1", redis.Port.ToString(CultureInfo.InvariantCulture));
        await Eventually.HoldsAsync(async () => (await copy.CliAsync("info", "replication")).Contains("master_link_status:up", StringComparison.Ordinal), "the replica follows");
        await using var replica = await RedisReplica.StartAsync(redis.Address, "--durability", "replicated", "--redis-timeout-ms", "1000");
        Assert.Equal(EventAck.ResultOneofCase.Accepted, (await WriteAsync(replica, "first")).ResultCase);

        await copy.PauseAsync();
        Assert.Equal((int)StatusCode.Unavailable, (await WriteAsync(replica, "second")).Error?.Code);
        Assert.Contains("second", await redis.CliAsync("--raw", "xrange", await StreamAsync(redis), "-", "+"), StringComparison.Ordinal);
        Assert.Equal((int)StatusCode.Unavailable, (await WriteAsync(replica, "second")).Error?.Code);
        await HealthIsAsync(replica, EventService.Descriptor.FullName, HealthCheckResponse.Types.ServingStatus.NotServing);
        await HealthIsAsync(replica, RecommendationService.Descriptor.FullName, HealthCheckResponse.Types.ServingStatus.Serving);

        // Also one that starts now makes lists.
        await using var late = await RedisReplica.StartAsync(redis.Address, "--durability", "replicated", "--redis-timeout-ms", "1000");
        await late.Clients.Lists.RecommendAsync(Sample.List("viewer"));

        await copy.ResumeAsync();
        await Eventually.HoldsAsync(async () => (await WriteAsync(replica, "second")).ResultCase == EventAck.ResultOneofCase.Duplicate, "the replica confirms it");
        Assert.Contains("second", await copy.CliAsync("--raw", "xrange", await StreamAsync(redis), "-", "+"), StringComparison.Ordinal);
        await HealthIsAsync(replica, EventService.Descriptor.FullName, HealthCheckResponse.Types.ServingStatus.Serving);
    }

    [Fact]
    public async Task Redis_when_it_hangs_then_only_the_first_call_waits_for_it()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await using var replica = await RedisReplica.StartAsync(redis.Address, "--durability", "memory", "--redis-timeout-ms", "3000");
        await WriteAsync(replica, "first");
        await redis.PauseAsync();
        Assert.True((await replica.Clients.Lists.RecommendAsync(Sample.List("viewer"))).List.Degraded);

        // A time-out each would be a minute.
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++) Assert.True((await replica.Clients.Lists.RecommendAsync(Sample.List("viewer"))).List.Degraded);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"20 lists took {clock.Elapsed}.");
        Assert.Equal((int)StatusCode.Unavailable, (await WriteAsync(replica, "second")).Error?.Code);

        await redis.ResumeAsync();
        await Eventually.HoldsAsync(async () => !(await replica.Clients.Lists.RecommendAsync(Sample.List("viewer"))).List.Degraded, "lists are whole again");
        Assert.Null((await WriteAsync(replica, "second")).Error);
    }

    private static async Task<EventAck> WriteAsync(RedisReplica replica, string eventId) =>
        (await replica.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("viewer", "item", eventId)))).Acks.Single();

    private static async Task<string> StreamAsync(RedisProcess redis) =>
        (await redis.CliAsync("--raw", "keys", "*}:events")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Single();

    private static async Task HealthIsAsync(RedisReplica replica, string service, HealthCheckResponse.Types.ServingStatus expected)
    {
        var health = new Health.HealthClient(replica.Process.Channel);
        await Eventually.HoldsAsync(async () => (await health.CheckAsync(new HealthCheckRequest { Service = service })).Status == expected, $"{service} is {expected}");
    }
}
