using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.Tests.Redis;
using Recsys.V1;

namespace Recsys.ServerTests.Redis;

/// <summary>Several replicas on one Redis count alike, whichever of them takes the events.</summary>
[Collection(AloneCollection.Name)]
public sealed class RedisTrendingTests
{
    private const string Collection = "shared_plays";

    [Fact]
    public async Task Plays_through_one_replica_when_counted_are_trending_on_the_others_and_a_user_counts_once()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await using var first = await StartAsync(redis);
        await using var second = await StartAsync(redis);
        await first.Clients.Catalog.BatchUpsertItemsAsync(new() { Items = { Sample.Film("f1"), Sample.Film("f2") } });
        await PlayAsync(first, "f1", 7);
        await PlayAsync(second, "f2", 3);
        foreach (var replica in new[] { first, second })
            await Eventually.HoldsAsync(async () => await TrendAsync(replica) is [("f1", 7), ("f2", 3)], "both replicas count all ten users");

        // The same users again, through the other replica: none of them counts twice anywhere.
        await PlayAsync(second, "f1", 7);
        await PlayAsync(first, "f2", 4);
        foreach (var replica in new[] { first, second })
            await Eventually.HoldsAsync(async () => await TrendAsync(replica) is [("f1", 7), ("f2", 4)], "only the eighth user is new");

        // A third one counts from the log what was told before it began, and is told the rest.
        await using var third = await StartAsync(redis);
        Assert.Equal([("f1", 7), ("f2", 4)], await TrendAsync(third));
        await PlayAsync(third, "f2", 5);
        await Eventually.HoldsAsync(async () => await TrendAsync(first) is [("f1", 7), ("f2", 5)], "the third replica tells, too");
    }

    [Fact]
    public async Task Replica_when_it_stops_leaves_nothing_of_what_it_told_and_what_cannot_be_read_is_passed_over()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await using var first = await StartAsync(redis);
        await using (var second = await StartAsync(redis))
        {
            foreach (var replica in new[] { first, second }) replica.Log.Expect("A change of shared_plays by another replica can't be read");
            await first.Clients.Catalog.BatchUpsertItemsAsync(new() { Items = { Sample.Film("f1") } });
            await first.Host.Store.PutDocumentsAsync([new() { Collection = Collection, Key = new("", "odd"), Content = new byte[] { 1, 0, 255, 255, 3 } }], CancellationToken.None);
            await PlayAsync(second, "f1", 5);
            await Eventually.HoldsAsync(async () => await TrendAsync(first) is [("f1", 5)], "what follows the damaged one counts");
            Assert.Equal(2, (await first.Host.Store.ListDocumentsAsync(Collection, "", null, 100, CancellationToken.None)).Count);
        }

        Assert.Equal("odd", Assert.Single(await first.Host.Store.ListDocumentsAsync(Collection, "", null, 100, CancellationToken.None)).Key.Key);
        await using var third = await StartAsync(redis);
        Assert.Empty(await third.Host.Store.ListDocumentsAsync(Collection, "", null, 100, CancellationToken.None));
    }

    private static async Task PlayAsync(RunningServer server, string item, int users)
    {
        var written = await server.Clients.Events.WriteEventsAsync(new() { Events = { Enumerable.Range(0, users).Select(user => Sample.Play($"u{user}", item)) } });
        Assert.All(written.Acks, ack => Assert.Null(ack.Error));
    }

    private static async Task<(string, double)[]> TrendAsync(RunningServer server) =>
    [
        .. (await server.Clients.Lists.ListTrendingItemsAsync(new ListTrendingItemsRequest())).Items.Where(item => item.Score > 0).Select(item => (item.ItemId, Math.Round(item.Score))),
    ];

    private static Task<RunningServer> StartAsync(RedisProcess redis) =>
        RunningServer.StartAsync(redis: new RedisOptions { Redis = redis.Address, Durability = Storage.StoreDurability.Memory });
}
