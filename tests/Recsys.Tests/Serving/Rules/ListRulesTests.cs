using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;

namespace Recsys.Tests.Serving.Rules;

/// <summary>What a placement does to a list, rule by rule, through the engine. All rules together: RulesPropertyTests.</summary>
public sealed class ListRulesTests
{
    private const int Count = 30;
    private static readonly string[] Items = [.. Enumerable.Range(0, Count).Select(i => $"i{i:d2}")];

    [Fact]
    public async Task The_propensity_of_a_place_is_how_often_its_item_stands_there()
    {
        await using var rig = await RigAsync();
        var ranked = await rig.ListAsync("u", Count);
        await PutAsync(rig, new() { PlacementId = "p", Exploration = 0.4 });
        const int lists = 4_000;
        var first = new Dictionary<string, int>();
        for (var i = 0; i < lists; i++)
        {
            var list = await ListAsync(rig, "p");
            var candidates = Count - 1;
            Assert.Equal(candidates, list.Items.Select(item => item.ItemId).Distinct().Count());
            var expected = (list.Items[0].ItemId == ranked.Items[0].ItemId ? 0.6 : 0) + (0.4 / candidates);
            Assert.Equal(expected, list.Items[0].Propensity, 1e-4);
            first[list.Items[0].ItemId] = first.GetValueOrDefault(list.Items[0].ItemId) + 1;
        }

        // Five standard errors.
        Assert.Equal(0.6 + (0.4 / (Count - 1)), first[ranked.Items[0].ItemId] / (double)lists, 5 * Math.Sqrt(0.24 / lists));
        Assert.Equal(Count - 1, first.Count);
        Assert.All(first.Where(pair => pair.Key != ranked.Items[0].ItemId), pair => Assert.Equal(0.4 / (Count - 1), pair.Value / (double)lists, 5 * Math.Sqrt(0.014 / lists)));
    }

    [Fact]
    public async Task Boosts_and_burials_when_there_are_many_leave_every_score_finite_and_above_0()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync([.. Items.Select(item => new CatalogueItem { ItemId = item, Genres = ["g"] })]);
        await rig.WriteAsync([.. Items.SelectMany((item, i) => Enumerable.Range(0, i + 1).Select(j => rig.Like($"fan{j}", item)))]);
        await PutAsync(rig, new() { PlacementId = "p", Boosts = [.. Enumerable.Repeat(100.0, 100).Select(Of(Items[2])), .. Enumerable.Repeat(100.0, 100).Select(Of(Items[3]))] });
        Assert.Equal([Items[3], Items[2]], (await ScoresAsync()).Take(2).Select(item => item.ItemId));
        await PutAsync(rig, new() { PlacementId = "p", Boosts = [.. Enumerable.Repeat(double.Epsilon, 200).Select(Of(Items[2]))] });
        Assert.Equal(Items[2], (await ScoresAsync())[^1].ItemId);

        async Task<IReadOnlyList<RankedItem>> ScoresAsync()
        {
            var list = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = [], Placement = "p", PageSize = Count });
            Assert.Equal(Count, list.Items.Count);
            Assert.All(list.Items, item => Assert.True(double.IsFinite(item.Score) && item.Score > 0, $"{item.ItemId}: {item.Score}"));
            return list.Items;
        }

        static Func<double, PlacementBoost> Of(string item) => factor => new("", [item], factor, default);
    }

    [Fact]
    public async Task Diversity_puts_less_alike_items_beside_each_other_and_loses_none()
    {
        await using var rig = await RigAsync();
        var plain = await ListAsync(rig, "p");
        await PutAsync(rig, new() { PlacementId = "p", Diversity = 0.7 });
        var diverse = await ListAsync(rig, "p");
        Assert.Equal(plain.Items.Select(item => item.ItemId).Order(), diverse.Items.Select(item => item.ItemId).Order());
        Assert.Equal(plain.Items[0].ItemId, diverse.Items[0].ItemId);
        Assert.True(Likeness(rig, diverse) < 0.9 * Likeness(rig, plain), $"{Likeness(rig, diverse)} with diversity, {Likeness(rig, plain)} without");
    }

    [Fact]
    public async Task A_change_is_in_the_next_list_and_later_pages_are_of_the_list_as_it_was()
    {
        await using var rig = await RigAsync();
        var before = await ListAsync(rig, "p", size: 5);
        await PutAsync(rig, new() { PlacementId = "p", Filter = "genres = 'g1'" });
        var after = await ListAsync(rig, "p");
        Assert.Equal(Count / 3, after.Items.Count);
        Assert.All(after.Items, item => Assert.Equal(1, Array.IndexOf(Items, item.ItemId) % 3));

        // The rest of the first list, as far as the placement lets it be shown now.
        var rest = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], Placement = "p", PageSize = 500, PageToken = before.NextPageToken });
        Assert.All(rest.Items, item => Assert.Equal(1, Array.IndexOf(Items, item.ItemId) % 3));
        await rig.Engine.Placements.DeleteAsync(EngineRig.Ns, "p", "", "", CancellationToken.None);
        Assert.Equal(before.Items.Select(item => item.ItemId), (await ListAsync(rig, "p", size: 5)).Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task The_default_placement_holds_for_those_without_their_own_and_a_request_overrules_page_size_and_seen_policy()
    {
        await using var rig = await RigAsync();
        await PutAsync(rig, new() { PlacementId = Placement.DefaultId, PageSize = 7, Seen = new(PlacementSeenPolicy.Allow, 0) });
        var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], Placement = "any" };
        Assert.Equal(7, (await rig.ListAsync(request)).Items.Count);
        Assert.Contains((await rig.ListAsync(request with { PageSize = 500 })).Items, item => item.ItemId == Items[3]);
        Assert.DoesNotContain((await rig.ListAsync(request with { PageSize = 500, SeenPolicy = SeenPolicy.Exclude })).Items, item => item.ItemId == Items[3]);
    }

    [Fact]
    public async Task A_boost_brings_an_item_forward_from_beyond_what_sources_propose_also_where_nobody_is_known()
    {
        await using var rig = await RigAsync();
        var whole = (await rig.ListAsync("u", 500)).Items;
        var last = whole[^1].ItemId;
        await PutAsync(rig, new() { PlacementId = "p", Boosts = [new("", [last], 100, default), new("genres = 'g2'", [], 0.01, default)] });
        var boosted = await ListAsync(rig, "p");
        foreach (var item in whole)
        {
            var factor = (item.ItemId == last ? 100 : 1) * (Array.IndexOf(Items, item.ItemId) % 3 == 2 ? 0.01 : 1);
            Assert.Equal(item.Score + Math.Log(factor), boosted.Items.Single(other => other.ItemId == item.ItemId).Score, 1e-4);
        }

        Assert.Equal(boosted.Items.OrderByDescending(item => item.Score).Select(item => item.ItemId), boosted.Items.Select(item => item.ItemId));
        Assert.True(boosted.Items.First(item => item.ItemId == last).Position < whole[^1].Position);

        // Nobody is known: counts are multiplied. The model's popularity here is random, of either sign.
        var plain = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, PageSize = 500 });
        var popular = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, Placement = "p", PageSize = 500 });
        var expected = plain.Items
            .Select(item => (item.ItemId, Score: item.Reasons[0].Score * (item.ItemId == last ? 100 : 1) * (Array.IndexOf(Items, item.ItemId) % 3 == 2 ? 0.01 : 1)))
            .OrderByDescending(item => item.Score);
        Assert.Equal(expected.Select(item => item.ItemId), popular.Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task A_boost_of_what_nobody_played_brings_it_forward_where_no_model_is_and_a_burial_back()
    {
        await using var rig = await EngineRig.OpenAsync();
        const long dayMs = 86_400_000;
        await rig.PutItemsAsync([.. Items.Select((id, i) => new CatalogueItem { ItemId = id, Kind = ItemKind.Film, Genres = [$"g{i % 3}"], PublishTimeMs = rig.NowMs - (i * dayMs) })]);
        Assert.Equal(Items, await OrderAsync());
        var period = new PlacementPeriod(null, rig.NowMs + dayMs);
        await PutAsync(rig, new() { PlacementId = "p", Boosts = [new("", [Items[20]], 100, period), new("", [Items[0]], 0.01, default)] });
        string[] moved = [Items[20], .. Items.Where((_, i) => i is not (0 or 20)), Items[0]];
        Assert.Equal(moved, await OrderAsync());

        // Both hold for one item; e is 30 days.
        await PutAsync(rig, new() { PlacementId = "p", Boosts = [new("genres = 'g2'", [], Math.Exp(0.1), default), new("", [Items[2]], Math.Exp(-0.45), default)] });
        var expected = Items.Select((id, i) => (Id: id, Days: -i + (i % 3 == 2 ? 3.0 : 0) - (i == 2 ? 13.5 : 0))).OrderByDescending(item => item.Days);
        Assert.Equal(Items.Length, (await OrderAsync()).Length);
        Assert.Equal(expected.Select(item => item.Days), (await OrderAsync()).Select(id => expected.Single(item => item.Id == id).Days));

        // What was played comes first all the same, by its counts.
        await PutAsync(rig, new() { PlacementId = "p", Boosts = [new("", [Items[20]], 100, period)] });
        await rig.WriteAsync(rig.Like("v", Items[9]));
        Assert.Equal([Items[9], Items[20], Items[0]], (await OrderAsync()).Take(3));
        rig.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal([Items[9], Items[0], Items[1]], (await OrderAsync()).Take(3));

        async Task<string[]> OrderAsync() =>
            [.. (await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, Placement = "p", PageSize = 500 })).Items.Select(item => item.ItemId)];
    }

    [Fact]
    public async Task What_was_shown_often_enough_is_left_out_within_so_many_lists_and_so_much_time()
    {
        await using var rig = await RigAsync();
        await PutAsync(rig, new() { PlacementId = "p", FrequencyCap = new(2, 3, 3_600_000) });
        var top = (await ListAsync(rig, "p")).Items[0].ItemId;
        async Task ShowAsync(string list, string item, string placement = "p")
        {
            await rig.WriteAsync(rig.Event("u", WatchEventType.Impression, item) with { RecommendationId = list, Placement = placement });
            rig.Time.Advance(TimeSpan.FromMinutes(1));
        }

        async Task<bool> IsShownAsync() => (await ListAsync(rig, "p")).Items.Any(item => item.ItemId == top);
        await ShowAsync("a", top);
        await ShowAsync("elsewhere", top, placement: "q");
        Assert.True(await IsShownAsync());
        await ShowAsync("b", top);
        Assert.False(await IsShownAsync());

        // Two lists more, and the first impression is beyond three lists.
        await ShowAsync("c", Items[20]);
        Assert.False(await IsShownAsync());
        await ShowAsync("d", Items[20]);
        Assert.True(await IsShownAsync());
        await ShowAsync("d", top);
        Assert.False(await IsShownAsync());
        rig.Time.Advance(TimeSpan.FromHours(1));
        Assert.True(await IsShownAsync());
    }

    private static async Task<EngineRig> RigAsync()
    {
        var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync([.. Items.Select((id, i) => new CatalogueItem { ItemId = id, Kind = ItemKind.Film, Genres = [$"g{i % 3}"] })]);
        await rig.GoLiveAsync("m", Items);
        await rig.WriteAsync(rig.Like("u", Items[3]));
        return rig;
    }

    private static async Task PutAsync(EngineRig rig, Placement placement) =>
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, placement, "", "", validateOnly: false, CancellationToken.None);

    private static Task<RankedList> ListAsync(EngineRig rig, string placement, int size = 500) =>
        rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], Placement = placement, PageSize = size });

    /// <summary>Mean cosine of the first ten items with those before them.</summary>
    private static double Likeness(EngineRig rig, RankedList list)
    {
        var model = rig.Engine.LiveModels.Of(EngineRig.Ns)!;
        int[] ids = [.. list.Items.Take(10).Select(item => Array.IndexOf(Items, item.ItemId))];
        return Enumerable.Range(1, 9).SelectMany(i => Enumerable.Range(0, i).Select(j => (double)Math.Max(0, model.Network.CosineSimilarity(ids[i], ids[j])))).Average();
    }
}
