using Recsys.Inference.Taste;
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

    [Fact]
    public async Task Open_play_is_folded_into_taste_for_the_next_list_as_far_as_it_was_played()
    {
        await using var rig = await EngineRig.OpenAsync();
        var (random, vectors) = (new Random(4), new float[Items.Length * 6]);
        foreach (ref var value in vectors.AsSpan()) value = random.NextSingle() - 0.5f;
        var options = new TasteOptions { Dimensions = 6, UnobservedWeight = 0.1f, StrengthWeight = 2 };
        var model = await rig.GoLiveAsync("m", Items, extras: new(new(new(vectors, 6), options)));
        foreach (var user in (string[])["open", "closed", "before"]) await rig.WriteAsync(rig.Like(user, Items[3]));
        await rig.WriteAsync(
            rig.Event("open", WatchEventType.PlayProgress, Items[7], session: "s", position: 60, duration: 100), rig.Event("closed", WatchEventType.Play, Items[7], position: 60, duration: 100));
        Assert.Single((await rig.StateAsync("open")).OpenPlays);
        var closed = await ScoresAsync("closed");
        Assert.Equal(closed, await ScoresAsync("open"));
        Assert.NotEqual(closed, await ScoresAsync("before"));

        async Task<(string, double)[]> ScoresAsync(string user)
        {
            var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = [user], PageSize = 500, SeenPolicy = SeenPolicy.Allow, Sources = SourceWeights.Only(CandidateSource.Taste) };
            var list = await rig.ListAsync(request);
            Assert.Equal((model.Version, true), (list.ModelVersion, list.Personalized));
            return [.. list.Items.Select(item => (item.ItemId, item.Score))];
        }
    }

    private static bool Has(RankedList list) => list.Items.Any(item => item.ItemId == Items[5]);
}
