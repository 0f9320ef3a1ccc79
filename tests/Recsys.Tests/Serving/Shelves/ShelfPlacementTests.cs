using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Experiments;
using Recsys.Serving.Placements;
using Recsys.Serving.Shelves;

namespace Recsys.Tests.Serving.Shelves;

/// <summary>What the placements of shelves, and the experiments on those, do to them.</summary>
public sealed class ShelfPlacementTests
{
    private const long MinuteMs = 60_000;
    private static readonly string[] Songs = [.. Enumerable.Range(0, 12).Select(i => $"s{i:d2}")];

    [Fact]
    public async Task Shelves_that_propose_something_when_it_was_shown_often_enough_leave_it_out_and_those_of_what_users_did_dont()
    {
        await using var rig = await RigAsync();
        await rig.GoLiveAsync("m", Songs);
        await PutAsync(rig, new() { PlacementId = "p", FrequencyCap = new(2, 0, 60 * MinuteMs), Seen = new(PlacementSeenPolicy.Allow, 0) });
        await PutAsync(rig, new() { PlacementId = "q", FrequencyCap = new(3, 0, 60 * MinuteMs), Seen = new(PlacementSeenPolicy.Allow, 0) });
        await rig.WriteAsync(
            Played(rig, "u", "s01", 50), Played(rig, "u", "s02", 100), Played(rig, "u", "e1", 100), rig.Like("v", "s01"), rig.Like("v", "s02"), rig.Like("v", "s03"), rig.Like("u", "s05"));
        string[] worn = ["s01", "s02", "s03", "e2"];
        await ShowAsync("u", "a", worn);
        foreach (var kind in Kinds()) Assert.Superset(Expected(kind).ToHashSet(), (await ShelfAsync(kind, "p", "u")).ToHashSet());

        // Twice is often enough for the one placement, and not for the other one.
        await ShowAsync("u", "b", worn);
        foreach (var kind in Kinds())
        {
            var capped = await ShelfAsync(kind, "p", "u");
            if (kind is ShelfKind.Continue or ShelfKind.NextEpisode or ShelfKind.Again) Assert.Superset(Expected(kind).ToHashSet(), capped.ToHashSet());
            else Assert.Empty(capped.Intersect(worn));
            if (kind != ShelfKind.Continue && kind != ShelfKind.NextEpisode) Assert.NotEmpty(capped);
            Assert.Superset(Expected(kind).ToHashSet(), (await ShelfAsync(kind, "q", "u")).ToHashSet());
            Assert.Superset(Expected(kind).ToHashSet(), (await ShelfAsync(kind, "", "u")).ToHashSet());
        }

        // Each shelf of one request by its own placement's cap.
        var both = await rig.Engine.RecommendShelvesAsync(
            new() { Namespace = EngineRig.Ns, UserIds = ["u"], Shelves = [Shelf(ShelfKind.Trending, "p"), Shelf(ShelfKind.Trending, "q")] }, CancellationToken.None);
        Assert.Equal(["s05", "s01 s02 s03"], both.Shelves.Select(shelf => string.Join(' ', shelf.List.Items.Select(item => item.ItemId).Where(id => id != "e1").Order())));

        // An hour later it's forgotten.
        rig.Time.Advance(TimeSpan.FromHours(1));
        foreach (var kind in Kinds()) Assert.Superset(Expected(kind).ToHashSet(), (await ShelfAsync(kind, "p", "u")).ToHashSet());

        static IEnumerable<ShelfKind> Kinds() => Enum.GetValues<ShelfKind>().Where(kind => kind != default);

        string[] Expected(ShelfKind kind) => kind switch
        {
            ShelfKind.Continue => ["s01"],
            ShelfKind.NextEpisode => ["e2"],
            ShelfKind.Again => ["s02"],
            ShelfKind.Recommended or ShelfKind.New => worn,
            _ => ["s01", "s02", "s03"],
        };

        async Task<string[]> ShelfAsync(ShelfKind kind, string placement, string user)
        {
            // Without a placement the default one's seen policy would leave out what was played.
            if (placement.Length == 0) await PutAsync(rig, new() { PlacementId = Placement.DefaultId, Seen = new(PlacementSeenPolicy.Allow, 0) });
            var answer = await rig.Engine.RecommendShelvesAsync(new() { Namespace = EngineRig.Ns, UserIds = [user], Shelves = [Shelf(kind, placement)] }, CancellationToken.None);
            return [.. answer.Shelves.SelectMany(shelf => shelf.List.Items).Select(item => item.ItemId)];
        }

        async Task ShowAsync(string user, string list, string[] items) =>
            await rig.WriteAsync([.. items.Select(item => rig.Event(user, WatchEventType.Impression, item) with { RecommendationId = list })]);
    }

    [Fact]
    public async Task Shelf_of_a_variant_when_its_placement_has_a_title_key_is_called_by_it_and_else_by_its_own()
    {
        await using var rig = await RigAsync();
        await PutAsync(rig, new() { PlacementId = "home", TitleKey = "title.home" });
        await PutAsync(rig, new() { PlacementId = "home-b", TitleKey = "title.b" });
        await PutAsync(rig, new() { PlacementId = "home-c" });
        await PutAsync(rig, new() { PlacementId = Placement.DefaultId, TitleKey = "not.this" });
        var experiment = new Experiment
        {
            ExperimentId = "titles",
            Placement = "home",
            Control = "a",
            Variants = [new("a", 0.25, "", []), new("b", 0.25, "home-b", []), new("c", 0.25, "home-c", []), new("d", 0.25, "", [new(Recsys.Serving.Lists.CandidateSource.Trending, 2)])],
        };
        Assert.Empty(await rig.Engine.Experiments.CheckAsync(EngineRig.Ns, experiment, CancellationToken.None));
        await rig.Engine.Experiments.PutAsync(EngineRig.Ns, experiment, "", validateOnly: false, CancellationToken.None);
        var keys = new HashSet<(string Variant, string TitleKey)>();
        for (var user = 0; user < 60; user++)
        {
            foreach (var kind in (ShelfKind[])[ShelfKind.Recommended, ShelfKind.New]) keys.Add(await KeyAsync(kind, "home", $"u{user}"));
        }

        Assert.Equal([("a", "title.home"), ("b", "title.b"), ("c", "title.home"), ("d", "title.home")], keys.Order());
        Assert.Equal(("", "shelf.new"), await KeyAsync(ShelfKind.New, "elsewhere", "u1"));

        async Task<(string, string)> KeyAsync(ShelfKind kind, string placement, string user)
        {
            var answer = await rig.Engine.RecommendShelvesAsync(new() { Namespace = EngineRig.Ns, UserIds = [user], Shelves = [Shelf(kind, placement)] }, CancellationToken.None);
            var shelf = Assert.Single(answer.Shelves);
            return (shelf.List.Variant, shelf.TitleKey);
        }
    }

    private static ShelfRequest Shelf(ShelfKind kind, string placement) => new(kind)
    {
        Placement = placement,
        PageSize = 50,
        MaxAgeDays = 30,
        ItemId = kind == ShelfKind.BecauseYouPlayed ? "s05" : "",
    };

    /// <summary>Songs, and a season of two episodes.</summary>
    private static async Task<EngineRig> RigAsync()
    {
        var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync([.. Songs.Select(id => new CatalogueItem { ItemId = id, Kind = ItemKind.Song, Genres = ["pop"] })]);
        await rig.PutItemsAsync(
            new() { ItemId = "show", Kind = ItemKind.Series },
            new() { ItemId = "e1", Kind = ItemKind.Episode, ParentId = "show", Ordinal = 1 },
            new() { ItemId = "e2", Kind = ItemKind.Episode, ParentId = "show", Ordinal = 2 });
        return rig;
    }

    private static WatchEvent Played(EngineRig rig, string user, string item, int percent) =>
        rig.Event(user, WatchEventType.Play, item, rig.NowMs - 100 + percent, position: percent * MinuteMs, duration: 100 * MinuteMs);

    private static async Task PutAsync(EngineRig rig, Placement placement) =>
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, placement, "", "", validateOnly: false, CancellationToken.None);
}
