using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;
using Recsys.Serving.Sessions;
using Recsys.Serving.Shelves;
using Recsys.Serving.Users;

namespace Recsys.Tests.Serving.Shelves;

public sealed class ShelfTests
{
    private const long MinuteMs = 60_000;
    private static readonly string[] Films = [.. Enumerable.Range(0, 12).Select(i => $"f{i:d2}")];

    [Fact]
    public async Task Continue_when_plays_are_partial_has_them_newest_first_with_where_to_go_on()
    {
        await using var rig = await FilmsAsync();
        var hour = 60 * MinuteMs;
        await rig.WriteAsync(
            Played(rig, "f00", 50, rig.NowMs - (5 * hour)),
            Played(rig, "f01", 50, rig.NowMs - (4 * hour)),
            Played(rig, "f02", 95, rig.NowMs - (4 * hour) + 1),
            Played(rig, "f03", 5, rig.NowMs - (4 * hour) + 2),
            Played(rig, "f04", 50, rig.NowMs - (3 * hour)),
            rig.Event("u", WatchEventType.Dislike, "f04", rig.NowMs - (3 * hour) + 1),
            Played(rig, "f05", 50, rig.NowMs - (3 * hour) + 2),
            Played(rig, "f05", 92, rig.NowMs - (2 * hour)),
            Played(rig, "f00", 4, rig.NowMs - hour),
            rig.Event("u", WatchEventType.PlayProgress, "f06", rig.NowMs - MinuteMs, session: "now", position: 15 * MinuteMs, duration: 50 * MinuteMs));
        var items = Assert.Single((await AskAsync(rig, new ShelfRequest(ShelfKind.Continue))).Shelves).List.Items;
        Assert.Equal(["f06", "f01", "f00"], items.Select(item => item.ItemId));
        Assert.Equal(new PlayedProgress(0.3, 15 * MinuteMs, rig.NowMs - MinuteMs, true), items[0].Progress);
        Assert.Equal(new PlayedProgress(0.5, 50 * MinuteMs, rig.NowMs - (4 * hour), false), items[1].Progress);
        Assert.All(items, item => Assert.Equal(ReasonKind.Underway, Assert.Single(item.Reasons).Kind));
    }

    [Fact]
    public async Task Next_episode_when_a_season_ends_is_the_first_of_the_next_and_follows_upserts()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync(
            new() { ItemId = "show", Kind = ItemKind.Series },
            new() { ItemId = "s1", Kind = ItemKind.Season, ParentId = "show", Ordinal = 1 },
            new() { ItemId = "s2", Kind = ItemKind.Season, ParentId = "show", Ordinal = 2 },
            Episode("b2", "s2", 2), Episode("a2", "s1", 2), Episode("a1", "s1", 1), Episode("b1", "s2", 1));
        await rig.WriteAsync(Played(rig, "a1", 100, rig.NowMs - 10));
        Assert.Equal("a2", await NextAsync());
        await rig.WriteAsync(Played(rig, "a2", 100, rig.NowMs - 9));
        Assert.Equal("b1", await NextAsync());
        await rig.PutItemsAsync(Episode("a3", "s1", 3));
        Assert.Equal("a3", await NextAsync());
        await rig.PutItemsAsync(Episode("a3", "s2", 3));
        Assert.Equal("b1", await NextAsync());
        await rig.Engine.Catalogue.DeleteAsync(EngineRig.Ns, "b1", "", CancellationToken.None);
        Assert.Equal("b2", await NextAsync());
        await rig.ReopenAsync();
        Assert.Equal("b2", await NextAsync());
        await rig.PutItemsAsync(Episode("b2", "s2", 2) with { Hidden = true });
        Assert.Equal("", await NextAsync());
        await rig.PutItemsAsync(Episode("b2", "s2", 2));
        await rig.WriteAsync(Played(rig, "b2", 40, rig.NowMs - 8));
        var both = await AskAsync(rig, new ShelfRequest(ShelfKind.NextEpisode), new ShelfRequest(ShelfKind.Continue));
        Assert.Equal([(ShelfKind.Continue, "b2")], both.Shelves.Select(shelf => (shelf.Kind, shelf.List.Items.Single().ItemId)));

        async Task<string> NextAsync() => (await AskAsync(rig, new ShelfRequest(ShelfKind.NextEpisode) { PageSize = 5 })).Shelves.SelectMany(shelf => shelf.List.Items).SingleOrDefault()?.ItemId ?? "";
    }

    [Fact]
    public async Task Again_when_the_placement_allows_it_has_what_was_played_most_and_says_how_often()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync([.. Films.Select(id => new CatalogueItem { ItemId = id, Kind = id == "f03" ? ItemKind.Film : ItemKind.Song })]);
        await PutPlacementAsync(rig, "allow", new(PlacementSeenPolicy.Allow, 0));
        await PutPlacementAsync(rig, "once", new(PlacementSeenPolicy.AfterCompletion, 0));
        await PutPlacementAsync(rig, "week", new(PlacementSeenPolicy.AfterDays, 7));
        await PutPlacementAsync(rig, "never", new(PlacementSeenPolicy.Never, 0));
        var old = rig.NowMs - (8 * 24 * 60 * MinuteMs);
        await rig.WriteAsync(
            Played(rig, "f00", 100, old), Played(rig, "f00", 100, old + 1), Played(rig, "f00", 100, old + 2), Played(rig, "f01", 100, rig.NowMs - 9),
            Played(rig, "f02", 50, rig.NowMs - 8), rig.Like("u", "f02", rig.NowMs - 7), Played(rig, "f03", 100, rig.NowMs - 6),
            Played(rig, "f04", 100, rig.NowMs - 5),
            rig.Event("u", WatchEventType.Dislike, "f04", rig.NowMs - 4), Played(rig, "f05", 60, rig.NowMs - 3));
        Assert.Equal(["f00 3", "f02 1", "f01 1"], await AgainAsync("allow"));
        Assert.Equal(["f02 1"], await AgainAsync("once"));
        Assert.Equal(["f00 3"], await AgainAsync("week"));
        Assert.Empty(await AgainAsync("never"));
        Assert.Empty(await AgainAsync(""));

        async Task<string[]> AgainAsync(string placement)
        {
            var answer = await AskAsync(rig, new ShelfRequest(ShelfKind.Again) { Placement = placement });
            return [.. answer.Shelves.SelectMany(shelf => shelf.List.Items).Select(item => $"{item.ItemId} {item.Reasons[0].PlayCount}")];
        }
    }

    [Fact]
    public async Task Because_when_asked_for_twice_takes_two_items_and_never_one_above_the_ceiling()
    {
        await using var rig = await FilmsAsync();
        var model = await rig.GoLiveAsync("m", Films);
        await rig.PutItemsAsync(new CatalogueItem { ItemId = "f02", Kind = ItemKind.Film, Title = "Gore", MaturityAge = 18 });
        await rig.PutProfileAsync(new() { UserId = "u", MaturityCeiling = 12 });
        await rig.WriteAsync(rig.Like("u", "f00", rig.NowMs - 3), Played(rig, "f01", 100, rig.NowMs - 2), rig.Like("u", "f02", rig.NowMs - 1));
        var because = new ShelfRequest(ShelfKind.BecauseYouPlayed) { PageSize = 3 };
        var shelves = (await AskAsync(rig, because, because, because)).Shelves;
        Assert.Equal([("f01", "Film f01"), ("f00", "Film f00")], shelves.Select(shelf => (shelf.TitleArgs["item_id"], shelf.TitleArgs["title"])));
        var nearest = Enumerable.Range(3, 9).OrderByDescending(id => model.Network.CosineSimilarity(1, id)).Take(3).Select(id => Films[id]);
        Assert.Equal(nearest, shelves[0].List.Items.Select(item => item.ItemId));
        Assert.Equal("m", shelves[0].List.ModelVersion);

        // A later shelf's own item isn't taken by an earlier one.
        shelves = (await AskAsync(rig, because, because with { ItemId = "f01" })).Shelves;
        Assert.Equal(["f00", "f01"], shelves.Select(shelf => shelf.TitleArgs["item_id"]));
        Assert.Empty((await AskAsync(rig, because with { ItemId = "f02" }, because with { ItemId = "nowhere" })).Shelves);
    }

    [Fact]
    public async Task New_when_a_model_knows_some_has_those_first_and_the_rest_by_time()
    {
        await using var rig = await FilmsAsync();
        var day = 24 * 60 * MinuteMs;
        await rig.PutItemsAsync(
            [.. Films.Select((id, i) => new CatalogueItem { ItemId = id, Kind = ItemKind.Film, PublishTimeMs = rig.NowMs - ((i - 1) * day) })]);
        await rig.GoLiveAsync("m", ["f05", "f06", "x"]);

        // With the fresh source on, what the model doesn't know is ranked by its neighbours.
        await rig.Engine.Placements.PutAsync(
            EngineRig.Ns, new() { PlacementId = "default", Sources = [new(CandidateSource.Fresh, 0)] }, "", "", validateOnly: false, CancellationToken.None);
        await rig.WriteAsync(rig.Like("u", "x", rig.NowMs - 1));
        var shelf = Assert.Single((await AskAsync(rig, new ShelfRequest(ShelfKind.New) { MaxAgeDays = 7 })).Shelves);
        Assert.Equal(["f05", "f06"], shelf.List.Items.Take(2).Select(item => item.ItemId).Order());
        Assert.Equal(["f01", "f02", "f03", "f04", "f07", "f08"], shelf.List.Items.Skip(2).Select(item => item.ItemId));
        Assert.All(shelf.List.Items, item => Assert.Equal((ReasonKind.New, true), (item.Reasons[0].Kind, item.Reasons[0].TimeMs >= rig.NowMs - (7 * day))));
        Assert.Empty((await AskAsync(rig, new ShelfRequest(ShelfKind.New) { MaxAgeDays = 7 }, new ShelfRequest(ShelfKind.New) { MaxAgeDays = 7 })).Shelves.Skip(1));
    }

    [Fact]
    public async Task Shelves_when_asked_for_together_share_no_item_and_are_named_by_their_placements()
    {
        await using var rig = await FilmsAsync();
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, new() { PlacementId = "default", TitleKey = "not.this" }, "", "", validateOnly: false, CancellationToken.None);
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, new() { PlacementId = "hot", TitleKey = "now.hot", PageSize = 2 }, "", "", validateOnly: false, CancellationToken.None);
        await rig.WriteAsync(rig.Like("v", "f03"), rig.Like("w", "f03"), rig.Like("v", "f04"), rig.Like("v", "f05"));
        var answer = await AskAsync(rig, new ShelfRequest(ShelfKind.Trending) { Placement = "hot" }, new ShelfRequest(ShelfKind.Continue), new ShelfRequest(ShelfKind.Recommended) { PageSize = 100 });
        Assert.Equal([("now.hot", 0), ("shelf.recommended", 2)], answer.Shelves.Select(shelf => (shelf.TitleKey, shelf.Index)));
        Assert.Equal(["f03", "f04"], answer.Shelves[0].List.Items.Select(item => item.ItemId));
        Assert.Equal(Films.Except(["f03", "f04"]).Order(), answer.Shelves[1].List.Items.Select(item => item.ItemId).Order());
        Assert.Equal("", answer.Shelves[1].List.NextPageToken);
    }

    [Fact]
    public async Task Shelves_when_consent_is_denied_or_the_store_is_down_follow_from_no_events()
    {
        await using var rig = await FilmsAsync();
        await rig.PutItemsAsync(new CatalogueItem { ItemId = "f11", Kind = ItemKind.Film, MaturityAge = 18 });
        await rig.WriteAsync(Played(rig, "f00", 50, rig.NowMs - 3), rig.Like("u", "f01", rig.NowMs - 2));
        ShelfRequest[] all = [.. Enum.GetValues<ShelfKind>().Select(kind => new ShelfRequest(kind)), new(ShelfKind.BecauseYouPlayed) { ItemId = "f01" }];
        await rig.PutProfileAsync(new() { UserId = "u", Personalization = ConsentChoice.Denied });
        var denied = await AskAsync(rig, all);
        Assert.All(denied.Shelves, shelf => Assert.True(shelf.Kind is ShelfKind.Recommended or ShelfKind.New or ShelfKind.Trending && !shelf.List.Personalized, $"{shelf.Kind}"));
        Assert.Equal("", denied.DegradedReason);
        rig.Store.IsDown = true;
        var down = await AskAsync(rig, all);
        Assert.Contains("store is down", down.DegradedReason, StringComparison.Ordinal);
        Assert.NotEmpty(down.Shelves);
        Assert.All(down.Shelves, shelf => Assert.True(shelf.Kind is ShelfKind.Recommended or ShelfKind.New or ShelfKind.Trending, $"{shelf.Kind}"));
        Assert.DoesNotContain("f11", down.Shelves.SelectMany(shelf => shelf.List.Items).Select(item => item.ItemId));
    }

    [Fact]
    public async Task Output_when_asked_for_twice_takes_the_step_of_an_open_play_once()
    {
        await using var rig = await FilmsAsync();
        var model = await rig.GoLiveAsync("m", Films);
        await rig.WriteAsync(rig.Like("u", "f01", rig.NowMs - 2), rig.Event("u", WatchEventType.PlayProgress, "f02", rig.NowMs - 1, session: "s", position: 500, duration: 1_000));
        var state = await rig.StateAsync("u");
        var (first, second) = (new float[model.Network.VectorSize], new float[model.Network.VectorSize]);
        Assert.True(NetworkFollower.TryOutput(state, model, rig.NowMs, first));
        Assert.True(NetworkFollower.TryOutput(state, model, rig.NowMs, second));
        Assert.Equal(first, second);
    }

    private static async Task<EngineRig> FilmsAsync()
    {
        var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync([.. Films.Select(id => new CatalogueItem { ItemId = id, Kind = ItemKind.Film, Title = $"Film {id}", DurationMs = 100 * MinuteMs, Genres = ["drama"] })]);
        return rig;
    }

    private static CatalogueItem Episode(string id, string season, int ordinal) => new() { ItemId = id, Kind = ItemKind.Episode, ParentId = season, Ordinal = ordinal };

    private static WatchEvent Played(EngineRig rig, string item, int percent, long timeMs) =>
        rig.Event("u", WatchEventType.Play, item, timeMs, position: percent * MinuteMs, duration: 100 * MinuteMs);

    private static async Task PutPlacementAsync(EngineRig rig, string id, PlacementSeen seen) =>
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, new() { PlacementId = id, Seen = seen }, "", "", validateOnly: false, CancellationToken.None);

    private static async Task<ShelvesAnswer> AskAsync(EngineRig rig, params ShelfRequest[] shelves) =>
        await rig.Engine.RecommendShelvesAsync(new() { Namespace = EngineRig.Ns, UserIds = ["u"], Shelves = shelves }, CancellationToken.None);
}
