using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;
using Recsys.Serving.Shelves;

namespace Recsys.Tests.Serving;

/// <summary>What a play that hasn't ended does to the user's next list.</summary>
public sealed class OpenPlayTests
{
    private static readonly string[] Items = [.. Enumerable.Range(0, 40).Select(i => $"i{i:d2}")];

    [Theory]
    [InlineData(PlacementSeenPolicy.Never, 50, false)]
    [InlineData(PlacementSeenPolicy.AfterDays, 50, false)]
    [InlineData(PlacementSeenPolicy.AfterCompletion, -1, true)]
    [InlineData(PlacementSeenPolicy.AfterCompletion, 50, true)]
    [InlineData(PlacementSeenPolicy.AfterCompletion, 95, false)]
    [InlineData(PlacementSeenPolicy.Allow, 95, true)]
    public async Task Item_that_is_played_now_is_seen_as_the_policy_says_and_stays_on_continue(PlacementSeenPolicy policy, int percent, bool comes)
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync([.. Items.Select(id => new CatalogueItem { ItemId = id, Kind = ItemKind.Film })]);
        await rig.GoLiveAsync("m", Items);
        var seen = new PlacementSeen(policy, policy == PlacementSeenPolicy.AfterDays ? 1 : 0);
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, new() { PlacementId = "p", Seen = seen }, "", "", validateOnly: false, CancellationToken.None);
        await rig.WriteAsync(rig.Event("u", WatchEventType.PlayStart, Items[5], session: "s"));
        if (percent >= 0) await rig.WriteAsync(rig.Event("u", WatchEventType.PlayProgress, Items[5], session: "s", position: percent, duration: 100));
        var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], Placement = "p", PageSize = 500 };
        Assert.Equal(comes, Has(await rig.ListAsync(request)));
        Assert.False(Has(await rig.ListAsync(request with { SeenPolicy = SeenPolicy.Exclude })));
        Assert.True(Has(await rig.ListAsync(request with { SeenPolicy = SeenPolicy.Allow })));

        var shelves = await rig.Engine.RecommendShelvesAsync(
            new() { Namespace = EngineRig.Ns, UserIds = ["u"], Shelves = [new(ShelfKind.Continue) { Placement = "p" }], KeepEmpty = true }, CancellationToken.None);
        string[] underway = percent == 50 ? [Items[5]] : [];
        Assert.Equal(underway, shelves.Shelves[0].List.Items.Select(item => item.ItemId));
    }

    private static bool Has(RankedList list) => list.Items.Any(item => item.ItemId == Items[5]);
}
