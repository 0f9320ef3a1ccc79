using System.Diagnostics;
using System.Globalization;
using System.Text;
using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.Tests.Redis;
using Recsys.V1;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Redis;

/// <summary>Several replicas on one Redis: when a change of a placement is answered, every one of them makes its lists by it.</summary>
[Collection(AloneCollection.Name)]
public sealed class RedisPlacementTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Change_when_answered_is_in_effect_on_the_other_replica()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await using var first = await StartAsync(redis);
        await using var second = await StartAsync(redis);
        var watch = new Stopwatch();
        for (var version = 1; version <= 12; version++)
        {
            // Each on another replica than the one before, and of another namespace and placement too.
            var (writer, reader) = version % 2 == 0 ? (first, second) : (second, first);
            var ns = version % 3 == 0 ? "other" : "default";
            var id = version < 8 ? "home" : Recsys.Serving.Placements.Placement.DefaultId;
            watch.Start();
            var answer = await writer.Clients.Placements.PutPlacementAsync(new() { Namespace = ns, Placement = new() { PlacementId = id, PageSize = version } });
            watch.Stop();
            Assert.Equal(0, answer.ReplicasPending);
            foreach (var replica in new[] { writer, reader })
            {
                var used = Assert.Single((await replica.Clients.Placements.ListPlacementsAsync(new() { Namespace = ns })).Placements, placement => placement.PlacementId == id);
                Assert.Equal((answer.Placement.Version, version), (used.Version, used.PageSize));
                Assert.Equal(version, replica.Host.Engine.Placements.Of(ns, id).PageSize);
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalMilliseconds / 12:F0} ms a change"));
        Assert.Equal(0, (await second.Clients.Placements.RollBackPlacementAsync(new() { PlacementId = "home", Version = 1 })).ReplicasPending);
        Assert.Equal(1, first.Host.Engine.Placements.Of("default", "home").PageSize);
        Assert.Equal(0, (await first.Clients.Placements.DeletePlacementAsync(new() { PlacementId = "home" })).ReplicasPending);
        Assert.NotEqual("home", second.Host.Engine.Placements.Of("default", "home").PlacementId);
    }

    [Fact]
    public async Task Replica_when_it_starts_among_changes_has_those_that_were_answered()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await using var first = await StartAsync(redis);
        var answered = 0;
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var size = 1; !stop.IsCancellationRequested; size = (size % 500) + 1)
            {
                var answer = await first.Clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home", PageSize = size } });
                Assert.Equal(0, answer.ReplicasPending);
                Volatile.Write(ref answered, (int)answer.Placement.Version);
            }
        });
        for (var started = 0; started < 3; started++)
        {
            await Eventually.HoldsAsync(() => Volatile.Read(ref answered) > 0, "something is written");
            await using var late = await StartAsync(redis);
            for (var reads = 0; reads < 50; reads++)
            {
                var before = Volatile.Read(ref answered);
                Assert.True(late.Host.Engine.Placements.Of("default", "home").Version >= before);
                await Task.Delay(20);
            }
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task Replica_that_does_not_follow_when_a_change_is_made_is_counted_after_five_seconds()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await using var server = await StartAsync(redis);

        // What a replica of a version without placements says of itself.
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var content = Encoding.UTF8.GetBytes($$$"""{"beat_ms":{{{now}}},"ready":{}}""");
        await server.Host.Store.PutDocumentsAsync([new() { Collection = "replicas", Key = new("", "stuck"), Content = content }], CancellationToken.None);
        var watch = Stopwatch.StartNew();
        var answer = await server.Clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home", PageSize = 3 } });
        Assert.Equal(1, answer.ReplicasPending);
        Assert.InRange(watch.Elapsed.TotalSeconds, 4.9, 30);
        Assert.Equal(3, server.Host.Engine.Placements.Of("default", "home").PageSize);
    }

    [Fact]
    public async Task Item_when_a_change_that_protects_is_answered_is_out_of_the_other_replicas_lists()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await using var first = await StartAsync(redis);
        await using var second = await StartAsync(redis);
        await first.Clients.Users.UpdateUserAsync(new() { User = new() { UserId = "kid", MaturityCeiling = 6 } });
        for (var i = 0; i < 8; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (first, second) : (second, first);
            var item = new Item { ItemId = $"film-{i}", Kind = ItemKind.Film };
            await writer.Clients.Catalog.UpsertItemAsync(new() { Item = item });
            await Eventually.HoldsAsync(() => ListsAsync(reader, item.ItemId), "the other replica lists the item");
            if (i / 2 == 0) item.MaturityAge = 12;
            else if (i / 2 == 1) item.Hidden = true;
            else if (i / 2 == 2) item.Availability.Add(new Availability { EndTime = new() { Seconds = 1 } });
            if (i / 2 == 3) await writer.Clients.Catalog.DeleteItemAsync(new() { ItemId = item.ItemId });
            else await writer.Clients.Catalog.UpsertItemAsync(new() { Item = item });
            Assert.False(await ListsAsync(reader, item.ItemId), $"{i}");
        }

        static async Task<bool> ListsAsync(RunningServer server, string itemId) =>
            (await server.Clients.Lists.RecommendAsync(new() { UserIds = { "kid" }, PageSize = 100 })).List.Items.Any(item => item.ItemId == itemId);
    }

    private static Task<RunningServer> StartAsync(RedisProcess redis) =>
        RunningServer.StartAsync(redis: new RedisOptions { Redis = redis.Address, Durability = Storage.StoreDurability.Memory });
}
