using Recsys.Inference;
using Recsys.Serving;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;

namespace Recsys.Tests.Serving;

public sealed class PlainListTests
{
    private static readonly string[] Items = [.. Enumerable.Range(0, 40).Select(i => $"i{i:d2}")];

    [Fact]
    public async Task Similar_items_are_those_with_the_nearest_vectors_without_the_item_itself()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items);
        var wanted = Enumerable.Range(0, 40).Where(id => id != 5).OrderByDescending(id => model.Network.CosineSimilarity(5, id)).Select(id => Items[id]).ToList();
        var request = new PlainListRequest { Namespace = EngineRig.Ns, ItemId = Items[5], PageSize = 25 };
        var first = (await rig.Engine.ListSimilarAsync(request, CancellationToken.None));
        var second = await rig.Engine.ListSimilarAsync(request with { PageToken = first.NextPageToken, PageSize = 40 }, CancellationToken.None);
        Assert.Equal(wanted, first.Items.Concat(second.Items).Select(item => item.ItemId));
        Assert.Equal(("m", "m", ""), (first.ModelVersion, second.ModelVersion, second.NextPageToken));
        Assert.Equal(model.Network.CosineSimilarity(5, Array.IndexOf(Items, wanted[0])), first.Items[0].Score, 5);
    }

    [Fact]
    public async Task Where_no_model_knows_the_item_genres_and_tags_decide()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items);
        await rig.PutItemsAsync(
            new() { ItemId = "a", Genres = ["drama", "war"], Tags = ["sea"] },
            new() { ItemId = "b", Genres = ["drama"], Tags = ["sea"] },
            new() { ItemId = "c", Genres = ["drama", "war"], Tags = ["sea"], Hidden = true },
            new() { ItemId = "d", Genres = ["drama", "comedy"] },
            new() { ItemId = "e", Genres = ["comedy"] });
        var list = await rig.Engine.ListSimilarAsync(new() { Namespace = EngineRig.Ns, ItemId = "a" }, CancellationToken.None);
        Assert.Equal([("b", 2 / 3f), ("d", 1 / 4f)], list.Items.Select(item => (item.ItemId, (float)item.Score)));
        Assert.Equal("", list.ModelVersion);
    }

    [Fact]
    public async Task An_item_that_nobody_knows_is_not_found()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("u", "seen only"));
        var error = await Assert.ThrowsAsync<EngineException>(async () =>
            await rig.Engine.ListSimilarAsync(new() { Namespace = EngineRig.Ns, ItemId = "x" }, CancellationToken.None));
        Assert.Equal(EngineErrorKind.NotFound, error.Kind);
        Assert.Empty((await rig.Engine.ListSimilarAsync(new() { Namespace = EngineRig.Ns, ItemId = "seen only" }, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task Trending_counts_positive_interactions_halves_them_and_survives_a_restart()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("u", "a"), rig.Like("v", "a"), rig.Like("w", "a"), rig.Like("u", "gone"));
        rig.Time.Advance(TimeSpan.FromHours(24));
        await rig.WriteAsync(
            rig.Like("u", "b"),
            rig.Like("v", "b"),
            rig.Event("u", WatchEventType.Dislike, "c"),
            rig.Event("u", WatchEventType.Skip, "c"),
            rig.Event("u", WatchEventType.Play, "c", position: 5, duration: 100),
            rig.Event("w", WatchEventType.PlayStart, "b", id: "open", position: 80, duration: 100));
        await AssertTrending([("b", 2), ("a", 1.5), ("gone", 0.5)]);
        await rig.WriteAsync(rig.Event("w", WatchEventType.PlayStop, "b"));
        await AssertTrending([("b", 3), ("a", 1.5), ("gone", 0.5)]);
        await rig.ReopenAsync();
        await AssertTrending([("b", 3), ("a", 1.5), ("gone", 0.5)]);

        async Task AssertTrending((string, double)[] wanted)
        {
            var list = await rig.Engine.ListTrendingAsync(new() { Namespace = EngineRig.Ns }, CancellationToken.None);
            Assert.Equal(wanted, list.Items.Select(item => (item.ItemId, Math.Round(item.Score, 4))));
            Assert.Empty((await rig.Engine.ListTrendingAsync(new() { Namespace = "other" }, CancellationToken.None)).Items);
        }
    }

    [Fact]
    public void Counts_when_asked_for_under_any_name_leave_nothing_behind()
    {
        var trending = new Trending(24, TimeProvider.System);
        trending.Add(new("played", "ann"), new(new(1, InteractionKind.Like, Strength.Unknown, 0), []), "");
        Assert.Null(trending.Of("never played"));
        Assert.Null(trending.Of("never played"));
        Assert.NotNull(trending.Of("played"));
    }

    [Fact]
    public async Task Trending_is_paged_and_a_token_of_another_list_is_refused()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync([.. Items.SelectMany((item, i) => Enumerable.Range(0, i + 1).Select(n => rig.Like($"u{n}", item)))]);
        var request = new PlainListRequest { Namespace = EngineRig.Ns, PageSize = 30 };
        var first = await rig.Engine.ListTrendingAsync(request, CancellationToken.None);
        var second = await rig.Engine.ListTrendingAsync(request with { PageToken = first.NextPageToken, PageSize = 4 }, CancellationToken.None);
        var third = await rig.Engine.ListTrendingAsync(request with { PageToken = second.NextPageToken, PageSize = 500 }, CancellationToken.None);
        Assert.Equal(Items.Reverse(), first.Items.Concat(second.Items).Concat(third.Items).Select(item => item.ItemId));
        Assert.Equal([30, 4, 34, 6], [second.Items[0].Position, second.Items.Count, third.Items[0].Position, third.Items.Count]);
        var error = await Assert.ThrowsAsync<EngineException>(async () =>
            await rig.Engine.ListSimilarAsync(new() { Namespace = EngineRig.Ns, ItemId = Items[0], PageToken = first.NextPageToken }, CancellationToken.None));
        Assert.Equal("page_token", error.Field);
        PlainListRequest[] others =
        [
            request with { MaturityCeiling = 12 },
            request with { ItemKinds = [ItemKind.Film] },
            request with { Filter = Recsys.Serving.Filters.FilterParser.Parse("price < 5") },
            request with { Context = new() { Country = "BR" } },
        ];
        foreach (var other in others)
        {
            error = await Assert.ThrowsAsync<EngineException>(async () => await rig.Engine.ListTrendingAsync(other with { PageToken = first.NextPageToken }, CancellationToken.None));
            Assert.Equal(("PAGE_TOKEN_INVALID", "page_token"), (error.Reason, error.Field));
        }
    }
}
