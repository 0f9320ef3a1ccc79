using Recsys.Inference;
using Recsys.Inference.Ranker;
using Recsys.Inference.Taste;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;

namespace Recsys.Tests.Serving.Fresh;

/// <summary>Items that no model knows compete by their neighbours, from their upsert on.</summary>
public sealed class FreshItemsTests
{
    private const int Count = 40;
    private const int Neighbours = 10;
    private static readonly string[] Ids = [.. Enumerable.Range(0, Count).Select(i => $"item-{i:d2}")];

    [Fact]
    public async Task A_new_item_is_ranked_in_the_next_list_by_the_mean_of_its_neighbours()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await StartAsync(rig);
        CatalogueItem[] added = [Item("new-1", ["genre 1", "genre 12"], "maker 1"), Item("new-2", ["genre 3"], "nobody yet"), Item("new-3", ["unheard of"], "nobody yet")];
        await rig.PutItemsAsync(added);

        var list = await ListAsync(rig, SourceWeights.Default);
        var logits = Logits(model);
        foreach (var one in added[..2])
        {
            var neighbours = Nearest(one);
            var (score, similarity) = (Mean(neighbours, id => logits[id]), Mean(neighbours, id => neighbours.Single(n => n.Id == id).Similarity));
            var item = Find(list, one.ItemId);
            Assert.Equal(score + Math.Log(5) - (1 - similarity), item.Score, 1e-3);
            var reason = Assert.Single(item.Reasons);
            Assert.Equal((CandidateSource.Fresh, Ids[neighbours[0].Id]), (reason.Source, reason.BecauseItemId));
            Assert.Equal(neighbours[0].Similarity, reason.Similarity, 1e-3);
        }

        // It has nothing in common with any known item: what is new comes behind what is ranked, as before.
        Assert.Equal(("new-3", 0), (list.Items[^1].ItemId, list.Items[^1].Reasons.Count));
        Assert.Equal(list.Items.OrderByDescending(item => item.Score).Select(item => item.ItemId), list.Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task The_weight_multiplies_the_odds_and_zero_leaves_what_is_new_behind_what_is_ranked()
    {
        await using var rig = await EngineRig.OpenAsync();
        await StartAsync(rig);
        await rig.PutItemsAsync(Item("new", ["genre 1", "genre 12"], "maker 1"));
        var once = await ListAsync(rig, SourceWeights.Default);
        var more = await ListAsync(rig, SourceWeights.Default.With(CandidateSource.Fresh, 20));
        var off = await ListAsync(rig, SourceWeights.Default.With(CandidateSource.Fresh, 0));
        Assert.Equal(Find(once, "new").Score + Math.Log(20), Find(more, "new").Score, 1e-3);
        Assert.Equal(("new", 0), (off.Items[^1].ItemId, off.Items[^1].Reasons.Count));
        Assert.Equal(
            once.Items.Where(item => item.ItemId != "new").Select(item => (item.ItemId, item.Score)), off.Items.Where(item => item.ItemId != "new").Select(item => (item.ItemId, item.Score)));
    }

    [Fact]
    public async Task A_later_upsert_a_deletion_and_a_model_that_knows_the_item_count_in_the_next_list()
    {
        await using var rig = await EngineRig.OpenAsync();
        await StartAsync(rig);
        await rig.PutItemsAsync(Item("new", ["genre 1"], "maker 1"));
        Assert.Equal("item-01", Because(await ListAsync(rig, SourceWeights.Default)));
        await rig.PutItemsAsync(Item("new", ["genre 2"], "maker 2"));
        Assert.Equal("item-02", Because(await ListAsync(rig, SourceWeights.Default)));
        await rig.GoLiveAsync("m2", [.. Ids, "new"]);
        Assert.Equal(CandidateSource.Session, Find(await ListAsync(rig, SourceWeights.Default), "new").Reasons[0].Source);
        await rig.GoLiveAsync("m3", Ids);
        Assert.Equal("item-02", Because(await ListAsync(rig, SourceWeights.Default)));
        await rig.Engine.Catalogue.DeleteAsync(EngineRig.Ns, "new", "", CancellationToken.None);
        Assert.DoesNotContain((await ListAsync(rig, SourceWeights.Default)).Items, item => item.ItemId == "new");

        static string Because(RankedList list) => Find(list, "new").Reasons[0].BecauseItemId;
    }

    [Fact]
    public async Task Known_items_that_get_other_attributes_are_neighbours_by_these_soon()
    {
        await using var rig = await EngineRig.OpenAsync();
        await StartAsync(rig);
        await rig.PutItemsAsync(Item("new", ["genre 1"], "late maker"));
        await rig.PutItemsAsync(Item("item-30", ["genre 1"], "late maker"));
        for (var tries = 0; Find(await ListAsync(rig, SourceWeights.Default), "new").Reasons[0].BecauseItemId != "item-30"; tries++)
        {
            Assert.True(tries < 1_000, "still by the old ones");
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task Explain_says_what_each_source_would_say_and_what_being_new_is_worth()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await StartAsync(rig, Extras());
        var added = Item("new", ["genre 1", "genre 12"], "maker 1");
        await rig.PutItemsAsync(added);
        var item = Find(await rig.ListAsync(Request(SourceWeights.Default) with { Explain = true }), "new");
        var (neighbours, taste) = (Nearest(added), new float[Count]);
        var weight = TasteConfidence.Of(InteractionKind.Like, Strength.Unknown, model.Sources.Taste!.Options.StrengthWeight);
        model.Sources.Taste.Score([3, 9], [weight, weight], taste);
        Assert.Equal(Mean(neighbours, id => taste[id]), Says(CandidateSource.Taste).Score, 1e-3);
        var fresh = Says(CandidateSource.Fresh);
        Assert.Equal(Mean(neighbours, id => neighbours.Single(n => n.Id == id).Similarity), fresh.Score, 1e-3);
        Assert.Equal(Math.Log(5) - (1 - fresh.Score), fresh.Worth, 1e-5);
        Assert.Equal(1, fresh.Place);

        SourceScore Says(CandidateSource source) => item.SourceScores.Single(one => one.Source == source);
    }

    [Fact]
    public async Task What_is_new_obeys_filters_and_names()
    {
        await using var rig = await EngineRig.OpenAsync();
        await StartAsync(rig);
        await rig.PutItemsAsync(Item("new", ["genre 1"], "maker 1"), Item("hidden", ["genre 1"], "maker 1") with { Hidden = true });
        var named = await rig.ListAsync(Request(SourceWeights.Default) with { IncludeItemIds = ["new", "hidden", Ids[5]] });
        Assert.Equal(["item-05", "new"], named.Items.Select(item => item.ItemId).Order());
        Assert.DoesNotContain((await rig.ListAsync(Request(SourceWeights.Default) with { ExcludeItemIds = ["new"] })).Items, item => item.ItemId is "new" or "hidden");
        var filter = Recsys.Serving.Filters.FilterParser.Parse("creators = 'maker 1'");
        Assert.Equal(["item-01", "new"], (await rig.ListAsync(Request(SourceWeights.Default) with { Filter = filter })).Items.Select(item => item.ItemId).Order());
    }

    private static async Task<LiveModel> StartAsync(EngineRig rig, ModelExtras? extras = null)
    {
        await rig.PutItemsAsync([.. Enumerable.Range(0, Count).Select(Known)]);
        var model = await rig.GoLiveAsync("m", Ids, extras: extras);
        await rig.WriteAsync(rig.Like("u", Ids[3]), rig.Like("u", Ids[9]));
        return model;
    }

    private static CatalogueItem Known(int i) => Item(Ids[i], [$"genre {i % 7}", $"genre {10 + (i % 11)}"], $"maker {i}");

    private static CatalogueItem Item(string id, string[] genres, string maker) => new() { ItemId = id, Kind = ItemKind.Film, Genres = genres, Creators = [maker] };

    private static RankedItem Find(RankedList list, string id) => list.Items.Single(item => item.ItemId == id);

    private static ListRequest Request(SourceWeights weights) => new() { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 500, Sources = weights };

    private static Task<RankedList> ListAsync(EngineRig rig, SourceWeights weights) => rig.ListAsync(Request(weights));

    private static double Mean((int Id, double Similarity)[] neighbours, Func<int, double> of) =>
        neighbours.Sum(n => n.Similarity * n.Similarity * of(n.Id)) / neighbours.Sum(n => n.Similarity * n.Similarity);

    /// <summary>The neighbours a second time: every pair, by sets of words.</summary>
    private static (int Id, double Similarity)[] Nearest(CatalogueItem item)
    {
        HashSet<string>[] known = [.. Enumerable.Range(0, Count).Select(i => Words(Known(i)))];
        var own = Words(item);
        return
        [
            .. known.Select((words, id) => (id, Dot(words, own) / Math.Sqrt(Dot(words, words) * Dot(own, own)))).Where(pair => pair.Item2 > 0)
                .OrderByDescending(pair => Math.Round(pair.Item2, 5)).ThenBy(pair => pair.id).Take(Neighbours),
        ];

        double Dot(HashSet<string> a, HashSet<string> b) => a.Where(b.Contains).Sum(word => Math.Pow(Math.Log((1.0 + Count) / (0.5 + known.Count(words => words.Contains(word)))), 2));
        static HashSet<string> Words(CatalogueItem item) => [.. item.Genres, .. item.Creators];
    }

    private static float[] Logits(LiveModel model)
    {
        var (slot, output, logits) = (new Half[model.Network.SlotLength], new float[model.Network.VectorSize], new float[Count]);
        model.Network.Step(slot, new(3, InteractionKind.Like, Strength.Unknown, TimeGap.Unknown));
        model.Network.Step(slot, new(9, InteractionKind.Like, Strength.Unknown, 1));
        model.Network.ReadOutput(slot, output);
        model.Index.ScoreAll(output, logits);
        return logits;
    }

    private static ModelExtras Extras()
    {
        var random = new Random(5);
        var vectors = Some(Count * 6, 0.5f);
        var f = RankerTable.FeatureCount;
        var ranker = new RankerWeights(Some(f, 1), Some(f, 1), [.. Some(f, 1).Select(Math.Abs)], Some(8 * f, 0.3f), Some(8, 0.1f), Some(4 * 8, 0.3f), Some(4, 0.1f), Some(4, 1));
        return new(new(new(vectors, 6), new TasteOptions { Dimensions = 6, UnobservedWeight = 0.1f, StrengthWeight = 2 }), Ranker: ranker);

        float[] Some(int count, float scale) => [.. Enumerable.Range(0, count).Select(_ => scale * (random.NextSingle() - 0.2f))];
    }
}
