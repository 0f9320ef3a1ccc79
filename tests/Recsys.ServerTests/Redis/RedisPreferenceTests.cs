using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.Tests.Redis;
using Recsys.V1;

namespace Recsys.ServerTests.Redis;

/// <summary>Two replicas on one Redis: what a user says through one is in the list that is open on the other.</summary>
[Collection(AloneCollection.Name)]
public sealed class RedisPreferenceTests
{
    [Fact]
    public async Task Preference_when_set_through_one_replica_sends_a_fresh_list_from_the_other()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await using var first = await StartAsync(redis);
        await using var second = await StartAsync(redis);
        await first.Clients.Catalog.BatchUpsertItemsAsync(new() { Items = { Sample.Film("f1"), Sample.Film("f2") } });
        await using var stream = new Duplex(second.Clients);
        await Eventually.HoldsAsync(async () => (await second.Clients.Lists.RecommendAsync(Sample.List("u"))).List.Items.Count == 2, "the other replica lists the items");
        await stream.SubscribeAsync(Sample.List("u"));
        await stream.ListsAsync(1);
        await first.Clients.Preferences.SetPreferencesAsync(new()
        {
            UserId = "u",
            Preferences = { new Preference { Kind = PreferenceKind.Not, Subject = new PreferenceSubject { ItemId = "f1" } } },
        });
        await Eventually.HoldsAsync(() => stream.Lists[^1].Items.Select(item => item.ItemId).SequenceEqual(["f2"]), "the stream on the other replica gets the list");
        Assert.Single((await second.Clients.Preferences.ListPreferencesAsync(new() { UserId = "u" })).Preferences);
        await stream.FinishAsync();
    }

    private static Task<RunningServer> StartAsync(RedisProcess redis) =>
        RunningServer.StartAsync(redis: new RedisOptions { Redis = redis.Address, Durability = Storage.StoreDurability.Memory });
}
