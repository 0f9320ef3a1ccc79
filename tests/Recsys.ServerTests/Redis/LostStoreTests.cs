using Grpc.Core;
using Grpc.Health.V1;
using Recsys.Server.Errors;
using Recsys.ServerTests.Running;
using Recsys.Tests.Redis;
using Recsys.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Recsys.ServerTests.Redis;

/// <summary>The store's data is lost while servers run: they say so and write nothing under item numbers that nobody knows any more, until they are started again.</summary>
[Collection(AloneCollection.Name)]
public sealed class LostStoreTests
{
    private const string Restart = "then start this server again";

    [Fact]
    public Task Store_when_its_data_is_lost_then_servers_say_so_and_write_nothing_until_they_start_again() =>
        LossIsSaidAsync("restart without a file", "the header recsys:store is gone");

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("FLUSHALL", "the header recsys:store is gone")]
    [InlineData("another store in its place", "recsys:store is the header of another store")]
    public Task Store_when_its_data_is_lost_otherwise_then_servers_say_so_too(string loss, string said) => LossIsSaidAsync(loss, said);

    private static async Task LossIsSaidAsync(string loss, string said)
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        var replicas = await RedisReplica.StartAsync(2, redis.Address, "--durability", "memory");
        try
        {
            await replicas[0].Clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Items = { Sample.Film("first"), Sample.Film("second") } });
            foreach (var replica in replicas) await AcceptsAsync(replica.Clients, Sample.Play("viewer", "second"));
            await LoseAsync(redis, loss);

            // Of a user whom nobody has met, so that no revision gives it away; the first call already finds out.
            foreach (var replica in replicas)
            {
                var ack = (await replica.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("new viewer", "second")))).Acks.Single();
                Assert.Equal((int)StatusCode.Unavailable, ack.Error.Code);
            }

            foreach (var replica in replicas) await SaysThatItIsLostAsync(replica, said);
            Assert.Equal("", (await redis.CliAsync("--scan", "--pattern", "*:user:*")).Trim());
            Assert.Equal("", (await redis.CliAsync("--scan", "--pattern", "*{items*")).Trim());

            foreach (var replica in replicas) await replica.KillAndStartAsync();
            await IsHealthyAsync(replicas[1], ServingStatus.Serving);
            await AcceptsAsync(replicas[0].Clients, Sample.Play("viewer", "second"));
            await AcceptsAsync(replicas[1].Clients, Sample.Play("viewer", "third"));
            foreach (var replica in replicas)
                Assert.Equal(["third", "second"], (await replica.Clients.Users.GetUserAsync(new GetUserRequest { UserId = "viewer" })).State.RecentItemIds);
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task Server_that_is_idle_when_its_store_is_lost_then_it_finds_out_by_itself()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await using var replica = await RedisReplica.StartAsync(redis.Address, "--durability", "memory", "--log-level", "Information");
        await LoseAsync(redis, "FLUSHALL");
        await Eventually.HoldsAsync(() => replica.Process.Output.Contains("[2013]", StringComparison.Ordinal), "it says so");
        // What it says of itself may have been on its way.
        Assert.All((await redis.CliAsync("--scan")).Split('\n', StringSplitOptions.RemoveEmptyEntries), key => Assert.Contains("replicas", key, StringComparison.Ordinal));
    }

    private static async Task LoseAsync(RedisProcess redis, string loss)
    {
        if (loss == "restart without a file")
        {
            await redis.KillAsync();
            await redis.StartAgainAsync();
            return;
        }

        // In one step, as when a server was quick to make a store anew.
        string[] emptied = loss == "FLUSHALL" ? ["flushall"] : ["eval", "redis.call('FLUSHALL') redis.call('HSET', 'recsys:store', 'format', 2, 'partitions', 4096, 'identity', 'other')", "0"];
        await redis.CliAsync(emptied);
    }

    private static async Task SaysThatItIsLostAsync(RedisReplica replica, string said)
    {
        await Eventually.HoldsAsync(() => replica.Process.Output.Contains("[2013]", StringComparison.Ordinal), "it says so");
        var line = replica.Process.Output.Split('\n').Single(line => line.Contains("[2013]", StringComparison.Ordinal));
        Assert.Contains(" fail: ", line, StringComparison.Ordinal);
        Assert.Contains(said, line, StringComparison.Ordinal);
        Assert.Contains(Restart, line, StringComparison.Ordinal);

        await IsHealthyAsync(replica, ServingStatus.NotServing);
        using var rest = new HttpClient { BaseAddress = replica.Process.Rest };
        foreach (var path in (string[])["/readyz", "/healthz"])
            Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, (await rest.GetAsync(path)).StatusCode);
        var refused = await RpcAssert.FailsAsync(
            StatusCode.Unavailable, async () => await replica.Clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Items = { Sample.Film("third") } }));
        RpcAssert.HasReason(RpcErrors.StoreUnavailable, refused);
        Assert.Contains(Restart, refused.Message, StringComparison.Ordinal);
        Assert.True((await replica.Clients.Lists.RecommendAsync(Sample.List("viewer"))).List.Degraded);
    }

    private static async Task IsHealthyAsync(RedisReplica replica, ServingStatus expected)
    {
        var health = new Health.HealthClient(replica.Process.Channel);
        foreach (var service in (string[])["", EventService.Descriptor.FullName, RecommendationService.Descriptor.FullName])
            Assert.Equal(expected, (await health.CheckAsync(new HealthCheckRequest { Service = service })).Status);
    }

    private static async Task AcceptsAsync(Running.Clients clients, Event e) =>
        Assert.Equal(EventAck.ResultOneofCase.Accepted, (await clients.Events.WriteEventsAsync(Sample.Write(e))).Acks.Single().ResultCase);
}
