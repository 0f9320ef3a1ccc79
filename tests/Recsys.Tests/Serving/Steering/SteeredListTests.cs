using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Filters;
using Recsys.Serving.Lists;
using Recsys.Serving.Placements;
using Recsys.Serving.Live;
using Recsys.Serving.Shelves;
using Recsys.Serving.Steering;
using Recsys.Serving.Users;

namespace Recsys.Tests.Serving.Steering;

/// <summary>What preferences and picks do to lists that a model ranks.</summary>
public sealed class SteeredListTests
{
    private static readonly string[] Items = [.. Enumerable.Range(0, 60).Select(i => $"i{i:d2}")];

    [Theory]
    [InlineData(PreferenceKind.More, 6)]
    [InlineData(PreferenceKind.Less, -2)]
    public async Task Word_about_an_item_when_said_moves_every_score_by_the_cosine_to_it(PreferenceKind kind, float weight)
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items);
        await rig.WriteAsync(rig.Like("u", Items[3]));
        var before = await rig.ListAsync("u", 60);
        await SayAsync(rig, "u", kind, Items[7]);
        var after = await rig.ListAsync("u", 60);
        HasMoved(model, before, after, item => weight * Cosine(model, 7, item));
        Assert.Equal(kind == PreferenceKind.More, after.Items.Any(item => item.ItemId == Items[7]));
        Assert.NotEqual(before.Items.Select(item => item.ItemId), after.Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task Words_when_many_are_said_of_what_an_item_is_move_it_by_ten_and_no_more()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items);
        string[] wanted = ["a", "b", "c", "d", "e", "f"];
        string[] unwanted = ["k", "l", "m", "n"];
        await rig.PutItemsAsync(
            new() { ItemId = Items[7], Genres = wanted }, new() { ItemId = Items[8], Genres = wanted[..5] }, new() { ItemId = Items[9], Genres = unwanted },
            new() { ItemId = Items[10], Genres = unwanted[..3] }, new() { ItemId = Items[11], Genres = ["a", "k"] });
        await rig.WriteAsync(rig.Like("u", Items[3]));
        var before = await rig.ListAsync("u", 60);
        var words = wanted.Select(genre => (PreferenceKind.More, genre)).Concat(unwanted.Select(genre => (PreferenceKind.Less, genre)));
        await rig.Engine.Preferences.SetAsync(
            EngineRig.Ns, "u", [.. words.Select(word => (word.Item1, new PreferenceSubject(SubjectKind.Genre, word.genre)))], CancellationToken.None);

        // Six times 2 and four times -3 are 12 and -12.
        HasMoved(model, before, await rig.ListAsync("u", 60), item => Array.IndexOf(Items, item) switch { 7 or 8 => 10, 9 => -10, 10 => -9, 11 => -1, _ => 0 });
    }

    [Fact]
    public async Task Words_when_said_again_replace_the_earlier_and_when_retracted_leave_the_list_as_it_was()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items);
        await rig.WriteAsync(rig.Like("u", Items[3]));
        var before = await rig.ListAsync("u", 60);
        await SayAsync(rig, "u", PreferenceKind.Less, Items[7]);
        await SayAsync(rig, "u", PreferenceKind.More, Items[7]);
        HasMoved(model, before, await rig.ListAsync("u", 60), item => 6 * Cosine(model, 7, item));
        Assert.Equal(1, await rig.Engine.Preferences.RetractAsync(EngineRig.Ns, "u", [new(SubjectKind.Item, Items[7])], CancellationToken.None));
        Assert.Equal(0, await rig.Engine.Preferences.RetractAsync(EngineRig.Ns, "u", [new(SubjectKind.Item, Items[7])], CancellationToken.None));
        Assert.Equal(before.Items.Select(item => item.ItemId), (await rig.ListAsync("u", 60)).Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task Reasons_and_titles_never_name_what_the_users_may_not_see_or_refused()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items);
        await rig.PutItemsAsync([.. Items.Select((id, i) => new CatalogueItem { ItemId = id, Kind = ItemKind.Film, MaturityAge = i == 3 ? 18 : 0 })]);
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[5], rig.NowMs - 1));
        await rig.Engine.Users.UpdateAsync(EngineRig.Ns, "kid", "", profile => profile with { MaturityCeiling = 12 }, CancellationToken.None);
        Assert.Contains(Items[3], await NamedAsync("u"));

        // In a household the child's ceiling holds for what's said of the others, too.
        Assert.Equal([Items[5]], await NamedAsync("u", "kid"));
        await SayAsync(rig, "u", PreferenceKind.Not, Items[3]);
        Assert.Equal([Items[5]], await NamedAsync("u"));
        await SayAsync(rig, "u", PreferenceKind.Not, Items[5]);
        Assert.Empty(await NamedAsync("u"));

        async Task<string[]> NamedAsync(params string[] users)
        {
            var list = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = users, PageSize = 60 });
            var shelves = await rig.Engine.RecommendShelvesAsync(
                new() { Namespace = EngineRig.Ns, UserIds = users, Shelves = [new(ShelfKind.BecauseYouPlayed), new(ShelfKind.BecauseYouPlayed)] }, CancellationToken.None);
            var titles = shelves.Shelves.Select(shelf => shelf.TitleArgs["item_id"]);
            return [.. list.Items.SelectMany(item => item.Reasons).Select(reason => reason.BecauseItemId).Concat(titles).Where(id => id.Length > 0).Distinct().Order()];
        }
    }

    [Fact]
    public async Task Reasons_and_titles_never_name_what_request_or_placement_leaves_out()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items);
        await rig.PutItemsAsync([.. Items.Select((id, i) => new CatalogueItem { ItemId = id, Kind = ItemKind.Film, Tags = i == 3 ? ["gore"] : [], Genres = i is 3 or 5 ? ["liked"] : ["other"] })]);
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[5], rig.NowMs - 1));
        await PutAsync(new() { PlacementId = "kids", Filter = "NOT tags = 'gore'" });
        await PutAsync(new() { PlacementId = "top", Pins = [new(Items[3], 0, default)], PageSize = 1 });
        var (plain, shelf) = (new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 60 }, new ShelfRequest(ShelfKind.BecauseYouPlayed));
        Assert.Equal([Items[3], Items[5]], await NamedAsync(plain));
        Assert.Equal([Items[5]], await NamedAsync(plain with { Filter = FilterParser.Parse("NOT tags = 'gore'") }));
        Assert.Equal([Items[5]], await NamedAsync(plain with { ExcludeItemIds = [Items[3]] }));
        Assert.Equal([Items[5]], await NamedAsync(plain with { Placement = "kids" }));

        // Where no other item can be named the reason says the source alone.
        var other = plain with { Filter = FilterParser.Parse("NOT genres = 'liked'") };
        Assert.Empty(await NamedAsync(other));
        Assert.All((await rig.ListAsync(other)).Items, item => Assert.Equal(CandidateSource.Session, item.Reasons[0].Source));

        // What an earlier shelf has may be named; what the request itself names it may, whatever it wants on the shelf, but not where the placement says no.
        Assert.Equal(["", Items[3]], await TitlesAsync(plain, new(ShelfKind.Recommended) { Placement = "top" }, shelf));
        Assert.Equal([Items[3]], await TitlesAsync(other, shelf with { ItemId = Items[3] }));
        Assert.Empty(await TitlesAsync(plain, shelf with { ItemId = Items[3], Placement = "kids" }));

        async Task PutAsync(Placement placement) => await rig.Engine.Placements.PutAsync(EngineRig.Ns, placement, "", "", validateOnly: false, CancellationToken.None);

        async Task<string[]> NamedAsync(ListRequest request)
        {
            var list = await rig.ListAsync(request);
            Assert.NotEmpty(list.Items);
            var titles = await TitlesAsync(request, shelf with { Placement = request.Placement }, shelf with { Placement = request.Placement });
            return [.. list.Items.SelectMany(item => item.Reasons).Select(reason => reason.BecauseItemId).Concat(titles).Where(id => id.Length > 0).Distinct().Order()];
        }

        async Task<string[]> TitlesAsync(ListRequest request, params ShelfRequest[] shelves)
        {
            var answer = await rig.Engine.RecommendShelvesAsync(
                new() { Namespace = EngineRig.Ns, UserIds = request.UserIds, Filter = request.Filter, ExcludeItemIds = request.ExcludeItemIds, Shelves = shelves }, CancellationToken.None);
            return [.. answer.Shelves.Select(made => made.TitleArgs.GetValueOrDefault("item_id", ""))];
        }
    }

    [Fact]
    public async Task Words_of_one_of_two_users_when_they_get_a_list_together_count_half_and_a_not_whole()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items);
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("v", Items[5]));
        var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u", "v"], PageSize = 60 };
        var before = await rig.ListAsync(request);
        await SayAsync(rig, "v", PreferenceKind.More, Items[7]);
        await SayAsync(rig, "v", PreferenceKind.Not, Items[9]);
        var after = await rig.ListAsync(request);
        HasMoved(model, before, after, item => 3 * Cosine(model, 7, item));
        Assert.DoesNotContain(after.Items, item => item.ItemId == Items[9]);
        Assert.Contains(before.Items, item => item.ItemId == Items[9]);
    }

    [Fact]
    public async Task Without_personalisation_only_a_not_holds()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items);
        var popular = await rig.ListAsync("nobody", 60);
        await rig.WriteAsync(rig.Like("u", Items[3]));
        await rig.Engine.Preferences.SetPicksAsync(EngineRig.Ns, "u", [Items[4]], ["drama"], [], CancellationToken.None);
        await SayAsync(rig, "u", PreferenceKind.More, Items[7]);
        await SayAsync(rig, "u", PreferenceKind.Less, Items[8]);
        await SayAsync(rig, "u", PreferenceKind.Not, Items[9]);
        Assert.True((await rig.ListAsync("u", 60)).Personalized);

        var asked = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 60, NoPersonalization = true };
        Check(await rig.ListAsync(asked));
        var page = await rig.ListAsync(asked with { PageSize = 10 });
        await Assert.ThrowsAsync<Recsys.Serving.EngineException>(() => rig.ListAsync(asked with { PageToken = page.NextPageToken, NoPersonalization = false }));
        await rig.Engine.Users.UpdateAsync(EngineRig.Ns, "u", "", profile => profile with { Personalization = ConsentChoice.Denied }, CancellationToken.None);
        Check(await rig.ListAsync("u", 60));

        void Check(RankedList list)
        {
            Assert.False(list.Personalized);
            Assert.Equal(popular.Items.Select(item => item.ItemId).Where(id => id != Items[9]), list.Items.Select(item => item.ItemId));
        }
    }

    [Fact]
    public async Task Picks_when_nothing_was_done_yet_count_as_likes_and_fade_with_five_interactions()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items);
        await rig.WriteAsync(rig.Like("liker", Items[11]), rig.Like("liker", Items[12]));
        await rig.Engine.Preferences.SetPicksAsync(EngineRig.Ns, "u", [Items[11], "unknown", Items[12]], [], [], CancellationToken.None);
        await SameAsync("liker", "u");

        // Of three picks three count beside one interaction, two beside two or three (of which one is an item that nobody knows), one beside four.
        for (var count = 1; count <= 5; count++)
        {
            var liked = Items[20 + count];
            await rig.WriteAsync(rig.Like("u", liked), rig.Like("plain", liked));
            string[] left = count switch { 1 => [Items[11], Items[12]], 5 => [], _ => [Items[12]] };
            await rig.WriteAsync([.. left.Concat(Items[21..(21 + count)]).Select(item => rig.Like($"u{count}", item))]);
            await SameAsync($"u{count}", "u");
        }

        await SameAsync("plain", "u");
        Assert.Equal(5, (await rig.StateAsync("u")).Ring.Count);

        async Task SameAsync(string one, string other)
        {
            var (first, second) = (await rig.ListAsync(one, 60), await rig.ListAsync(other, 60));
            Assert.True(second.Personalized);
            Assert.Equal(first.Items.Select(item => (item.ItemId, item.Score)), second.Items.Select(item => (item.ItemId, item.Score)));
        }
    }

    [Fact]
    public async Task Picks_when_the_first_play_is_still_open_count_before_it()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items);
        await rig.Engine.Preferences.SetPicksAsync(EngineRig.Ns, "u", [Items[11]], [], [], CancellationToken.None);
        await rig.WriteAsync(rig.Like("liker", Items[11]), rig.Event("liker", WatchEventType.PlayStart, Items[12]), rig.Event("u", WatchEventType.PlayStart, Items[12]));
        var (first, second) = (await rig.ListAsync("liker", 60), await rig.ListAsync("u", 60));
        Assert.Equal(first.Items.Select(item => (item.ItemId, item.Score)), second.Items.Select(item => (item.ItemId, item.Score)));
    }

    private static async Task SayAsync(EngineRig rig, string user, PreferenceKind kind, string item) =>
        await rig.Engine.Preferences.SetAsync(EngineRig.Ns, user, [(kind, new(SubjectKind.Item, item))], CancellationToken.None);

    private static float Cosine(LiveModel model, int subject, string item) =>
        Array.IndexOf(Items, item) is var other && other == subject ? 1 : model.Network.CosineSimilarity(subject, other);

    private static void HasMoved(LiveModel model, RankedList before, RankedList after, Func<string, float> by)
    {
        var scores = before.Items.ToDictionary(item => item.ItemId, item => item.Score);
        Assert.True(after.Items.Count >= before.Items.Count - 1);
        Assert.Equal(model.Version, after.ModelVersion);
        foreach (var item in after.Items) Assert.Equal(scores[item.ItemId] + by(item.ItemId), item.Score, 4);
        Assert.Equal(after.Items.Select(item => item.Score).OrderDescending(), after.Items.Select(item => item.Score));
    }
}
