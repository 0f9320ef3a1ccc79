using Recsys.Serving.Catalogue;
using Recsys.Serving.Placements;
using Recsys.Serving.Shelves;
using Recsys.Serving.Steering;

namespace Recsys.Tests.Serving.Steering;

/// <summary>What preferences do where no model knows the items: by genres, tags and creators, among what is trending and what is newest.</summary>
public sealed class LabelSteeringTests
{
    private const long Day = 24 * 3_600_000L;

    [Fact]
    public async Task Less_when_said_of_an_item_lowers_what_shares_its_labels_among_the_newest_and_drops_it()
    {
        await using var rig = await OpenAsync();
        Assert.Equal(["d1", "d2", "c1", "c2", "x"], await IdsAsync(rig));
        await SayAsync(rig, PreferenceKind.Less, new(SubjectKind.Item, "d1"));
        Assert.Equal(["c1", "c2", "x", "d2"], await IdsAsync(rig));
        Assert.True((await rig.ListAsync("u")).Personalized);
    }

    [Theory]
    [InlineData(SubjectKind.Genre, " Comedy")]
    [InlineData(SubjectKind.Tag, "FUNNY")]
    [InlineData(SubjectKind.Creator, "bo")]
    public async Task More_when_said_of_a_label_raises_what_has_it_and_not_leaves_it_out(SubjectKind kind, string label)
    {
        await using var rig = await OpenAsync();
        await SayAsync(rig, PreferenceKind.More, new(kind, label));
        Assert.Equal(["c1", "c2", "d1", "d2", "x"], await IdsAsync(rig));
        await SayAsync(rig, PreferenceKind.Not, new(kind, label.Trim().ToLowerInvariant()));
        Assert.Equal(["d1", "d2", "x"], await IdsAsync(rig));
    }

    [Fact]
    public async Task Trending_counts_when_less_is_wanted_are_lowered()
    {
        await using var rig = await OpenAsync();
        await rig.WriteAsync(rig.Like("a", "d1"), rig.Like("b", "d1"), rig.Like("a", "d2"), rig.Like("b", "d2"), rig.Like("a", "x"));
        Assert.Equal(["d1", "d2", "x"], (await IdsAsync(rig))[..3]);
        await SayAsync(rig, PreferenceKind.Less, new(SubjectKind.Genre, "drama"));
        Assert.Equal(["x", "d1", "d2"], (await IdsAsync(rig))[..3]);
    }

    [Fact]
    public async Task Less_when_said_of_everything_leaves_the_list_full_and_not_empties_it()
    {
        await using var rig = await OpenAsync();
        string[] all = ["d1", "d2", "c1", "c2", "x"];
        await rig.Engine.Preferences.SetAsync(EngineRig.Ns, "u", [.. all.Select(item => (PreferenceKind.Less, new PreferenceSubject(SubjectKind.Item, item)))], CancellationToken.None);
        Assert.Equal(all.Order(), (await IdsAsync(rig)).Order());
        await rig.Engine.Preferences.SetAsync(EngineRig.Ns, "u", [.. all.Select(item => (PreferenceKind.Not, new PreferenceSubject(SubjectKind.Item, item)))], CancellationToken.None);
        Assert.Empty(await IdsAsync(rig));
    }

    [Fact]
    public async Task Not_when_said_of_a_pinned_item_holds_and_of_an_unknown_one_holds_from_when_it_is_known()
    {
        await using var rig = await OpenAsync();
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, new() { PlacementId = Placement.DefaultId, Pins = [new("x", 0, new(null, null))] }, "", "", validateOnly: false, CancellationToken.None);
        Assert.Equal("x", (await IdsAsync(rig))[0]);
        await SayAsync(rig, PreferenceKind.Not, new(SubjectKind.Item, "x"));
        await SayAsync(rig, PreferenceKind.Not, new(SubjectKind.Item, "later"));
        await rig.PutItemsAsync(Item("later", 9, "news"));
        Assert.Equal(["d1", "d2", "c1", "c2"], await IdsAsync(rig));
    }

    [Fact]
    public async Task Less_when_said_of_a_pinned_item_gives_its_place_to_the_next()
    {
        await using var rig = await OpenAsync();
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, new() { PlacementId = Placement.DefaultId, Pins = [new("x", 0, new(null, null))] }, "", "", validateOnly: false, CancellationToken.None);
        Assert.Equal("x", (await IdsAsync(rig))[0]);
        await SayAsync(rig, PreferenceKind.Less, new(SubjectKind.Item, "x"));
        Assert.DoesNotContain("x", await IdsAsync(rig));
    }

    [Fact]
    public async Task Trending_shelf_when_less_is_wanted_of_what_leads_has_it_behind_and_is_never_empty_for_it()
    {
        await using var rig = await OpenAsync();
        await rig.WriteAsync(rig.Like("a", "d1"), rig.Like("b", "d1"), rig.Like("c", "d1"), rig.Like("a", "c1"));
        Assert.Equal(["d1", "c1"], await TrendingAsync(rig));
        await SayAsync(rig, PreferenceKind.Less, new(SubjectKind.Genre, "drama"));
        Assert.Equal(["c1", "d1"], await TrendingAsync(rig));
        await SayAsync(rig, PreferenceKind.Less, new(SubjectKind.Item, "c1"));
        Assert.Equal(["d1"], await TrendingAsync(rig));
        await SayAsync(rig, PreferenceKind.Less, new(SubjectKind.Item, "d1"));
        Assert.Equal(["c1", "d1"], (await TrendingAsync(rig)).Order());
    }

    private static async Task<string[]> TrendingAsync(EngineRig rig)
    {
        var answer = await rig.Engine.RecommendShelvesAsync(
            new() { Namespace = EngineRig.Ns, UserIds = ["u"], Shelves = [new(ShelfKind.Trending)], KeepEmpty = true }, CancellationToken.None);
        return [.. answer.Shelves[0].List.Items.Select(item => item.ItemId)];
    }

    [Fact]
    public async Task Genres_when_picked_raise_mildly()
    {
        await using var rig = await OpenAsync();
        await rig.Engine.Preferences.SetPicksAsync(EngineRig.Ns, "u", [], ["comedy"], [], CancellationToken.None);
        Assert.Equal(["c1", "c2", "d1", "d2", "x"], await IdsAsync(rig));
        await rig.Engine.Preferences.SetPicksAsync(EngineRig.Ns, "u", [], [], [], CancellationToken.None);
        Assert.Equal(["d1", "d2", "c1", "c2", "x"], await IdsAsync(rig));
    }

    private static async Task<EngineRig> OpenAsync()
    {
        var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync(
            Item("d1", 8, "drama", "sad", "Ann"), Item("d2", 7, "drama", "sad", "Ann"), Item("c1", 6, "comedy", "funny", "Bo"), Item("c2", 5, "comedy", "funny", "Bo"), Item("x", 4, "news"));
        return rig;
    }

    private static CatalogueItem Item(string id, int day, string genre, string tag = "", string creator = "") => new()
    {
        ItemId = id,
        Genres = [genre],
        Tags = tag.Length > 0 ? [tag] : [],
        Creators = creator.Length > 0 ? [creator] : [],
        PublishTimeMs = day * Day,
    };

    private static async Task SayAsync(EngineRig rig, PreferenceKind kind, PreferenceSubject subject) =>
        await rig.Engine.Preferences.SetAsync(EngineRig.Ns, "u", [(kind, subject)], CancellationToken.None);

    private static async Task<string[]> IdsAsync(EngineRig rig) => [.. (await rig.ListAsync("u")).Items.Select(item => item.ItemId)];
}
