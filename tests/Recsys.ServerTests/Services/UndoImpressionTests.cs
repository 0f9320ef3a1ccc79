using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.Storage;
using Recsys.Tests.Redis;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

/// <summary>Impressions that are taken back: on either store they count no more for what the user was shown.</summary>
public sealed class UndoImpressionTests
{
    [Fact]
    public async Task Impression_when_undone_on_SQLite_no_longer_keeps_its_item_from_lists()
    {
        await using var server = await RunningServer.StartAsync();
        await AssertUndoneAsync(server.Clients);
    }

    [Fact]
    public async Task Impression_when_undone_on_Redis_no_longer_keeps_its_item_from_lists()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await using var server = await RunningServer.StartAsync(redis: new RedisOptions { Redis = redis.Address, Durability = StoreDurability.Memory });
        await AssertUndoneAsync(server.Clients);
    }

    private static async Task AssertUndoneAsync(Running.Clients clients)
    {
        await clients.Catalog.BatchUpsertItemsAsync(new() { Items = { Sample.Film("a"), Sample.Film("b"), Sample.Film("c") } });
        await clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home", FrequencyCap = new() { MaxImpressions = 1, Lists = 3 } } });

        // Two of one item, and one that stays.
        await clients.Events.WriteEventsAsync(Sample.Write(Shown("a", "i1", "l1"), Shown("a", "i2", "l2"), Shown("b", "i3", "l2"), Sample.Play("ann", "c", "p1")));
        Assert.Equal([], await ListAsync());
        Assert.Equal([UndoResult.Undone, UndoResult.NotFound], await UndoAsync("i1", "i9"));
        Assert.Equal([], await ListAsync());
        Assert.Equal([UndoResult.AlreadyUndone, UndoResult.Undone], await UndoAsync("i1", "i2"));
        Assert.Equal(["a"], await ListAsync());
        Assert.Equal(1, (await clients.Users.GetUserAsync(new() { UserId = "ann" })).State.InteractionCount);

        // Beside an event, in one request.
        Assert.Equal([UndoResult.Undone, UndoResult.Undone], await UndoAsync("p1", "i3"));
        Assert.Equal(["a", "b", "c"], (await ListAsync()).Order());

        Event Shown(string item, string eventId, string list) =>
            new() { UserId = "ann", Type = EventType.Impression, ItemId = item, EventId = eventId, Placement = "home", RecommendationId = list };

        async Task<IEnumerable<string>> ListAsync() =>
            (await clients.Lists.RecommendAsync(new() { UserIds = { "ann" }, Placement = "home", PageSize = 10 })).List.Items.Select(item => item.ItemId);

        async Task<IEnumerable<UndoResult>> UndoAsync(params string[] ids) => (await clients.Events.UndoEventsAsync(new() { UserId = "ann", EventIds = { ids } })).Results;
    }
}
