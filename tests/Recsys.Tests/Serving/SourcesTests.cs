using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Inference;
using Recsys.Inference.Ranker;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Live;
using Recsys.Serving.Placements;

namespace Recsys.Tests.Serving;

/// <summary>Lists from several sources: who proposes, how they are ranked, what switching one off does, what is kept of a user.</summary>
public sealed class SourcesTests
{
    private const int Count = 40;
    private static readonly string[] Items = [.. Enumerable.Range(0, Count).Select(i => $"item-{i:d2}")];

    [Fact]
    public async Task The_taste_vector_in_the_state_is_the_batch_solution_of_the_ring_after_each_interaction()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items, extras: Extras());
        var taste = model.Sources.Taste!;
        (int Item, byte Strength)[] plays = [(3, 250), (7, 100), (3, 50), (9, 10), (12, Strength.Unknown), (7, 250)];
        var known = new List<(int Item, float Confidence)>();
        foreach (var (item, strength) in plays)
        {
            var whole = strength == Strength.Unknown;
            await rig.WriteAsync(rig.Event("u", WatchEventType.Play, Items[item], position: whole ? -1 : strength, duration: whole ? -1 : 250));
            rig.Time.Advance(TimeSpan.FromMinutes(1));

            // A play of less than a tenth says nothing of taste.
            if (strength >= Strength.MinTarget) known.Add((item, TasteConfidence.Of(InteractionKind.Play, strength, taste.Options.StrengthWeight)));
            var expected = new float[taste.Dimensions];
            taste.FoldIn([.. known.Select(one => one.Item)], [.. known.Select(one => one.Confidence)], expected);
            var stored = (await rig.StateAsync("u")).Slots.Single().Taste;
            for (var k = 0; k < expected.Length; k++) Assert.Equal(expected[k], stored[k], 1e-5f);
        }
    }

    [Fact]
    public async Task Undone_and_late_events_leave_the_taste_vector_of_the_events_that_remain()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items, extras: Extras());
        await rig.WriteAsync(rig.Event("u", WatchEventType.Like, Items[1], id: "a"), rig.Event("u", WatchEventType.Like, Items[2], id: "b"));
        await rig.WriteAsync(rig.Event("u", WatchEventType.Like, Items[5], rig.NowMs - 60_000));
        await rig.Engine.UndoAsync(EngineRig.Ns, "u", ["a"], CancellationToken.None);
        var (expected, weight) = (new float[model.Sources.Taste!.Dimensions], TasteConfidence.Of(InteractionKind.Like, Strength.Unknown, model.Sources.Taste.Options.StrengthWeight));
        model.Sources.Taste.FoldIn([5, 2], [weight, weight], expected);
        var stored = (await rig.StateAsync("u")).Slots.Single().Taste;
        for (var k = 0; k < expected.Length; k++) Assert.Equal(expected[k], stored[k], 1e-5f);
    }

    [Fact]
    public async Task Similar_items_are_those_with_the_nearest_taste_vectors()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items, extras: Extras());
        var cosines = Enumerable.Range(0, Count).Select(id => id == 5 ? -2 : model.Sources.Taste!.CosineSimilarity(5, id)).ToArray();
        var list = await rig.Engine.ListSimilarAsync(new() { Namespace = EngineRig.Ns, ItemId = Items[5], PageSize = Count }, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, Count).OrderByDescending(id => cosines[id]).Take(Count - 1).Select(id => Items[id]), list.Items.Select(item => item.ItemId));
        Assert.Equal(cosines.Max(), list.Items[0].Score, 5);
        Assert.NotEqual(list.Items[0].ItemId, Items[Enumerable.Range(0, Count).Where(id => id != 5).MaxBy(id => model.Network.CosineSimilarity(5, id))]);
    }

    [Fact]
    public async Task One_source_alone_gives_its_own_order()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items, extras: Extras());
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[9]));
        var scores = new float[Count];
        var weight = TasteConfidence.Of(InteractionKind.Like, Strength.Unknown, model.Sources.Taste!.Options.StrengthWeight);
        model.Sources.Taste.Score([3, 9], [weight, weight], scores);
        await AssertOrderAsync(rig, SourceWeights.Only(CandidateSource.Taste), scores, CandidateSource.Taste);

        model.Sources.Score(ModelSource.Linear, new([3, 9], []), scores);
        var linear = await ListAsync(rig, SourceWeights.Only(CandidateSource.Linear));
        Assert.Equal(Expected(scores).Take(3), linear.Items.Take(3).Select(item => item.ItemId));

        // It says something of the two items behind those that were liked, and is no reason for any other.
        Assert.Equal([Items[4], Items[10]], linear.Items.Where(item => item.Reasons.Count > 0).Select(item => item.ItemId).Order());

        model.Sources.Score(ModelSource.Similar, new([3, 9], []), scores);
        var similar = Enumerable.Range(0, Count).Select(i => model.Sources.Taste.CosineSimilarity(9, i) + (0.7f * model.Sources.Taste.CosineSimilarity(3, i))).ToArray();
        for (var i = 0; i < Count; i++) Assert.Equal(similar[i], scores[i], 1e-5f);
        await AssertOrderAsync(rig, SourceWeights.Only(CandidateSource.Similar), scores, CandidateSource.Similar);
    }

    [Fact]
    public async Task All_sources_are_ranked_by_the_ranker_over_their_features()
    {
        await using var rig = await EngineRig.OpenAsync();
        var extras = Extras();
        var model = await rig.GoLiveAsync("m", Items, extras: extras);
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[9]), rig.Like("v", Items[20]), rig.Like("w", Items[20]), rig.Like("x", Items[9]), rig.Like("x", Items[30]));
        var list = await ListAsync(rig, SourceWeights.Default);

        var ranked = Reference(model, extras.Ranker!, [3, 9], trending: new() { [3] = 1, [9] = 2, [20] = 2, [30] = 1 }, next: new() { [9] = 0.8, [30] = 1 });
        Assert.Equal(38, list.Items.Count);
        foreach (var item in list.Items) Assert.Equal(ranked[Array.IndexOf(Items, item.ItemId)], item.Score, 1e-3);
        Assert.Equal(list.Items.OrderByDescending(item => item.Score).Select(item => item.ItemId), list.Items.Select(item => item.ItemId));
        Assert.All(list.Items, item => Assert.Contains(item.Reasons, reason => reason.Source == CandidateSource.Session));
        Assert.Contains(list.Items.Single(item => item.ItemId == Items[20]).Reasons, reason => reason.Source == CandidateSource.Trending);
    }

    [Theory]
    [InlineData(RankingObjective.Completion, false)]
    [InlineData(RankingObjective.Completion, true)]
    [InlineData(RankingObjective.PlayedTime, false)]
    [InlineData(RankingObjective.PlayedTime, true)]
    public async Task Another_objective_multiplies_the_odds_of_a_play_by_its_worth(RankingObjective objective, bool isCalibrated)
    {
        await using var rig = await EngineRig.OpenAsync();
        var calibration = new RankerCalibration { Slope = 0.5f, Intercept = -2, Exposures = 1, PlayRate = 0.1, LogLoss = 0.1, BaseLogLoss = 0.1, Error = 0 };
        var extras = Extras() with { Calibration = isCalibrated ? calibration : null };
        var model = await rig.GoLiveAsync("m", Items, extras: extras);
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[9]));
        var plays = await ListAsync(rig, SourceWeights.Default);
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, new Placement { PlacementId = "default", RankingObjective = objective }, "", "", validateOnly: false, CancellationToken.None);
        var list = await ListAsync(rig, SourceWeights.Default);
        Assert.Equal(plays.Items.Select(item => item.ItemId).Order(), list.Items.Select(item => item.ItemId).Order());
        Assert.NotEqual(plays.Items.Select(item => item.ItemId), list.Items.Select(item => item.ItemId));
        var logits = plays.Items.ToDictionary(item => item.ItemId, item => item.Score);
        foreach (var item in list.Items)
        {
            var odds = isCalibrated ? -Math.Log(1 + Math.Exp(2 - (0.5 * logits[item.ItemId]))) : logits[item.ItemId];
            Assert.Equal(odds + model.Sources.Facts!.WorthOfPlay(Array.IndexOf(Items, item.ItemId), objective), item.Score, 1e-4);
        }

        Assert.Equal(list.Items.OrderByDescending(item => item.Score).Select(item => item.ItemId), list.Items.Select(item => item.ItemId));

        // A single source's own scores are no odds.
        var alone = await ListAsync(rig, SourceWeights.Only(CandidateSource.Taste));
        await rig.Engine.Placements.PutAsync(EngineRig.Ns, new Placement { PlacementId = "default" }, "", "", validateOnly: false, CancellationToken.None);
        Assert.Equal((await ListAsync(rig, SourceWeights.Only(CandidateSource.Taste))).Items.Select(item => item.ItemId), alone.Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task Trending_counts_that_the_ranker_was_not_fitted_to_are_unknown_to_it()
    {
        await using var rig = await EngineRig.OpenAsync();
        var extras = Extras() with { TrendingHalfLifeHours = 48 };
        await rig.GoLiveAsync("m", Items, extras: extras);
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[9]));
        var before = await ListAsync(rig, SourceWeights.Default);
        for (var i = 0; i < 5; i++) await rig.WriteAsync(rig.Like($"v{i}", Items[20]));
        Assert.Equal(before.Items.Select(item => (item.ItemId, item.Score)), (await ListAsync(rig, SourceWeights.Default)).Items.Select(item => (item.ItemId, item.Score)));
    }

    [Fact]
    public async Task What_users_went_on_to_lately_moves_the_next_list_and_is_known_after_a_start()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items, extras: Extras());
        await rig.WriteAsync(rig.Like("u", Items[9]));
        var weights = SourceWeights.Default.With(CandidateSource.Trending, 0);
        var before = await ListAsync(rig, weights);
        var withoutBefore = await ListAsync(rig, weights.With(CandidateSource.CoWatched, 0));
        for (var i = 0; i < 3; i++) await rig.WriteAsync(rig.Like($"v{i}", Items[9]), rig.Event($"v{i}", WatchEventType.Skip, Items[12]), rig.Like($"v{i}", Items[30]));
        var after = await ListAsync(rig, weights);
        Assert.Equal(Scores(before).Where(one => one.Key != Items[30]), Scores(after).Where(one => one.Key != Items[30]));
        Assert.NotEqual(Scores(before)[Items[30]], Scores(after)[Items[30]]);
        Assert.Equal(Scores(withoutBefore), Scores(await ListAsync(rig, weights.With(CandidateSource.CoWatched, 0))));

        var again = new Trending(24, rig.Time, rankingShare: 0);
        await again.SeedAsync(rig.Store, rig.Rules, NullLogger.Instance, CancellationToken.None);
        var next = new Dictionary<uint, float>();
        again.Of(EngineRig.Ns)!.WatchedNext.AddScores([await rig.NumberAsync(Items[9])], rig.NowMs, next);
        Assert.Equal(new() { [await rig.NumberAsync(Items[30])] = 3 }, next);

        static Dictionary<string, double> Scores(RankedList list) => list.Items.OrderBy(item => item.ItemId, StringComparer.Ordinal).ToDictionary(item => item.ItemId, item => item.Score);
    }

    [Fact]
    public async Task Co_watched_without_rules_proposes_and_explains_what_was_watched_next()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items, extras: Extras());
        Assert.False(model.Sources.Has(ModelSource.CoWatched));
        await rig.WriteAsync(rig.Like("u", Items[9]));
        for (var i = 0; i < 3; i++) await rig.WriteAsync(rig.Like($"v{i}", Items[9]), rig.Like($"v{i}", Items[30]));
        await rig.WriteAsync(rig.Like("w", Items[9]), rig.Like("w", Items[31]));

        // Each of the four liked one item after that, once: 30 has three of them, 31 one.
        var plain = await ExplainAsync(rig, SourceWeights.Default);
        var rows = plain.Select(item => (item.ItemId, Row: item.SourceScores.Single(one => one.Source == CandidateSource.CoWatched))).ToDictionary(one => one.ItemId, one => one.Row);
        Assert.Equal((1, 2, 0), (rows[Items[30]].Place, rows[Items[31]].Place, rows[Items[5]].Place));
        Assert.Equal(Math.Log(31), rows[Items[30]].Score, 1e-5);
        var without = await ListAsync(rig, SourceWeights.Default.With(CandidateSource.CoWatched, 0));
        Assert.All(plain, item => Assert.Equal(item.Score - without.Items.Single(one => one.ItemId == item.ItemId).Score, rows[item.ItemId].Worth, 1e-3));
        Assert.Contains(plain.Single(item => item.ItemId == Items[30]).Reasons, reason => reason.Source == CandidateSource.CoWatched);

        // Above 1 the places count too, and explain says it.
        var stressed = (await ExplainAsync(rig, SourceWeights.Default.With(CandidateSource.CoWatched, 100))).First();
        Assert.Equal(Items[30], stressed.ItemId);
        Assert.True(stressed.SourceScores.Single(one => one.Source == CandidateSource.CoWatched).Worth > 90);

        // Alone it ranks what it proposes by itself; the rest fills up.
        var alone = await ExplainAsync(rig, SourceWeights.Only(CandidateSource.CoWatched));
        Assert.Equal([Items[30], Items[31]], alone.Take(2).Select(item => item.ItemId));
        Assert.All(alone.Take(2), item => Assert.Equal([CandidateSource.CoWatched], item.SourceScores.Select(one => one.Source)));
        Assert.All(alone.Take(2), item => Assert.Equal(CandidateSource.CoWatched, item.Reasons[0].Source));
        Assert.Equal(Math.Log(31), alone[0].Score, 1e-5);
    }

    [Fact]
    public async Task Of_a_household_the_mean_of_what_was_watched_next_counts()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items, extras: Extras());
        await rig.WriteAsync(rig.Like("u", Items[9]), rig.Like("other", Items[3]), rig.Like("v", Items[9]), rig.Like("v", Items[30]));
        var list = await rig.ListAsync(new ListRequest
        {
            Namespace = EngineRig.Ns,
            UserIds = ["u", "other"],
            PageSize = 500,
            Sources = SourceWeights.Only(CandidateSource.CoWatched),
        });
        Assert.Equal(Items[30], list.Items[0].ItemId);
        Assert.Equal(Math.Log(1 + (10 * 0.5)), list.Items[0].Score, 1e-5);
    }

    [Fact]
    public async Task A_smaller_weight_moves_a_list_towards_what_it_is_without_the_source_and_a_greater_one_towards_the_sources_own_order()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items, extras: Extras());
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[9]), rig.Like("v", Items[20]), rig.Like("w", Items[20]), rig.Like("w", Items[21]));
        foreach (var source in (CandidateSource[])[CandidateSource.Session, CandidateSource.Taste, CandidateSource.Linear, CandidateSource.Similar, CandidateSource.Trending])
        {
            var without = await ScoresAsync(0);
            var distances = new List<double>();
            foreach (var weight in (float[])[0.001f, 0.1f, 0.3f, 0.6f, 1])
            {
                var scores = await ScoresAsync(weight);
                distances.Add(scores.Keys.Intersect(without.Keys).Sum(id => Math.Abs(scores[id] - without[id])));
            }

            Assert.InRange(distances[0], 0, 0.2);
            Assert.Equal(distances.Order(), distances);

            // What the source puts first rises with its weight, and is first in the end.
            var first = (await ExplainAsync(rig, SourceWeights.Default)).First(item => item.SourceScores.Any(one => one.Source == source && one.Place == 1)).ItemId;
            int[] places = [await PlaceAsync(1), await PlaceAsync(3), await PlaceAsync(100)];
            Assert.Equal(places.OrderDescending(), places);
            Assert.Equal(0, places[^1]);

            async Task<Dictionary<string, double>> ScoresAsync(float weight) =>
                (await ListAsync(rig, SourceWeights.Default.With(source, weight))).Items.ToDictionary(item => item.ItemId, item => item.Score);

            async Task<int> PlaceAsync(float weight) => (await ListAsync(rig, SourceWeights.Default.With(source, weight))).Items.Single(item => item.ItemId == first).Position;
        }
    }

    [Fact]
    public async Task A_weight_above_1_adds_what_the_source_says_on_the_straight_way_and_the_places_that_it_gives()
    {
        await using var rig = await EngineRig.OpenAsync();
        var extras = Extras();
        await rig.GoLiveAsync("m", Items, extras: extras with { Ranker = extras.Ranker! with { Output = new float[4] } });
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[9]), rig.Like("v", Items[20]), rig.Like("w", Items[9]), rig.Like("w", Items[21]));
        var plain = await ExplainAsync(rig, SourceWeights.Default);
        foreach (var source in (CandidateSource[])[CandidateSource.Session, CandidateSource.Taste, CandidateSource.Linear, CandidateSource.Similar, CandidateSource.Trending])
        {
            var weighed = (await ExplainAsync(rig, SourceWeights.Default.With(source, 3.5f))).ToDictionary(item => item.ItemId);
            foreach (var item in plain)
            {
                if (item.SourceScores.FirstOrDefault(one => one.Source == source) is not { } one) continue;
                var (after, places) = (weighed[item.ItemId], one.Place == 0 ? 0 : 1.0 / one.Place);
                Assert.Equal(item.Score + (2.5 * (one.Worth + places)), after.Score, 2e-3);
                Assert.Equal(one.Worth + (2.5 * (one.Worth + places)), after.SourceScores.Single(other => other.Source == source).Worth, 2e-3);
            }
        }
    }

    [Fact]
    public async Task Without_a_ranker_a_weight_above_1_counts_by_the_places_that_a_source_gives()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items, extras: Extras() with { Ranker = null });
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[9]), rig.Like("v", Items[20]));
        var plain = await ListAsync(rig, SourceWeights.Default);
        foreach (var source in (CandidateSource[])[CandidateSource.Taste, CandidateSource.Linear, CandidateSource.Similar, CandidateSource.Trending])
        {
            var weighed = (await ListAsync(rig, SourceWeights.Default.With(source, 4))).Items.ToDictionary(item => item.ItemId, item => item.Score);
            var own = (await ListAsync(rig, SourceWeights.Only(source))).Items;
            foreach (var item in plain.Items)
            {
                var place = source == CandidateSource.Trending ? (item.ItemId == Items[20] ? 0 : -1) : own.First(one => one.ItemId == item.ItemId).Position;
                Assert.Equal(item.Score + (place < 0 ? 0 : 3.0 / (1 + place)), weighed[item.ItemId], 1e-4);
            }
        }
    }

    [Fact]
    public async Task What_a_source_is_worth_is_what_the_score_would_lose_without_it()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items, extras: Extras());
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[9]), rig.Like("v", Items[9]), rig.Like("v", Items[20]));
        var explained = await ExplainAsync(rig, SourceWeights.Default);
        CandidateSource[] sources =
            [CandidateSource.Session, CandidateSource.CoWatched, CandidateSource.Taste, CandidateSource.Linear, CandidateSource.Similar, CandidateSource.Trending];
        foreach (var source in sources)
        {
            var without = (await ListAsync(rig, SourceWeights.Default.With(source, 0))).Items.ToDictionary(item => item.ItemId, item => item.Score);
            foreach (var item in explained)
            {
                if (item.SourceScores.FirstOrDefault(one => one.Source == source) is { } one && without.TryGetValue(item.ItemId, out var score)) Assert.Equal(item.Score - score, one.Worth, 1e-3);
            }
        }
    }

    [Fact]
    public async Task A_source_that_is_switched_off_proposes_nothing_and_moves_nothing()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items, extras: Extras());
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("u", Items[9]));
        var all = await ListAsync(rig, SourceWeights.Default);
        foreach (var source in (CandidateSource[])[CandidateSource.Session, CandidateSource.Taste, CandidateSource.Linear, CandidateSource.Similar])
        {
            var without = await ListAsync(rig, SourceWeights.Default.With(source, 0));
            Assert.All(without.Items, item => Assert.DoesNotContain(item.Reasons, reason => reason.Source == source));
            Assert.NotEqual(all.Items.Select(item => item.ItemId), without.Items.Select(item => item.ItemId));
            var twice = await ListAsync(rig, SourceWeights.Default.With(source, 2));
            Assert.NotEqual(all.Items.Select(item => item.Score), twice.Items.Select(item => item.Score));
        }

        // With nothing on but what isn't personal the list is still full.
        Assert.Equal(38, (await ListAsync(rig, SourceWeights.Only(CandidateSource.Popular))).Items.Count);
    }

    [Fact]
    public async Task Later_pages_go_on_with_the_ranking_and_its_sources()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items, extras: Extras());
        await rig.WriteAsync(rig.Like("u", Items[3]));
        var whole = await rig.ListAsync("u", 500);
        var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 7 };
        var paged = new List<RankedItem>();
        do
        {
            var page = await rig.ListAsync(request);
            paged.AddRange(page.Items);
            request = request with { PageToken = page.NextPageToken };
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(whole.Items.Select(item => (item.ItemId, item.Position, item.Score)), paged.Select(item => (item.ItemId, item.Position, item.Score)));
        Assert.Equal(
            whole.Items.Select(item => string.Join(' ', item.Reasons.Select(reason => reason.Source))), paged.Select(item => string.Join(' ', item.Reasons.Select(reason => reason.Source))));
    }

    /// <summary>A taste of random vectors, linear weights of neighbours in number, and a ranker of random weights.</summary>
    private static ModelExtras Extras()
    {
        var random = new Random(5);
        var vectors = new float[Count * 6];
        foreach (ref var value in vectors.AsSpan()) value = random.NextSingle() - 0.5f;
        var offsets = Enumerable.Range(0, Count + 1).Select(i => Math.Min(i, Count - 1)).ToArray();
        var linear = new ItemRules(offsets, [.. Enumerable.Range(1, Count - 1)], [.. Enumerable.Range(1, Count - 1).Select(i => 0.1f + (0.01f * i))], new(1, 200, 0, 0));
        var options = new TasteOptions { Dimensions = 6, UnobservedWeight = 0.1f, StrengthWeight = 2 };
        var f = RankerTable.FeatureCount;
        var ranker = new RankerWeights(Some(f, 1), Some(f, 1), [.. Some(f, 1).Select(Math.Abs)], Some(8 * f, 0.3f), Some(8, 0.1f), Some(4 * 8, 0.3f), Some(4, 0.1f), Some(4, 1));
        return new(new(new(vectors, 6), options), linear, ranker) { Facts = Facts() };

        float[] Some(int count, float scale) => [.. Enumerable.Range(0, count).Select(_ => scale * (random.NextSingle() - 0.2f))];
    }

    /// <summary>Item i came out i days before 2026-05-01 12:00 (item 0: nobody knows), is of the categories i mod 3 and, if even, 3; the rest is random.</summary>
    private static ItemFacts Facts()
    {
        var random = new Random(6);
        const float noon = 20_574.5f;
        var offsets = new int[Count + 1];
        var categories = new List<int>();
        for (var i = 0; i < Count; i++)
        {
            categories.Add(i % 3);
            if (i % 2 == 0) categories.Add(3);
            offsets[i + 1] = categories.Count;
        }

        return new(
            [.. Enumerable.Range(0, Count).Select(i => i == 0 ? 0 : noon - i)], offsets, [.. categories], Some(Count * ItemFacts.WeekParts), Some(Count), Some(Count));

        float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    /// <summary>The ranking written a second time, a candidate and a unit at a time.</summary>
    private static double[] Reference(LiveModel model, RankerWeights ranker, int[] history, Dictionary<int, double> trending, Dictionary<int, double> next)
    {
        var slot = new Half[model.Network.SlotLength];
        foreach (var item in history) model.Network.Step(slot, new(item, InteractionKind.Like, Strength.Unknown, item == history[0] ? TimeGap.Unknown : (byte)1));
        var (output, session, taste, linear, similar) = (new float[model.Network.VectorSize], new float[Count], new float[Count], new float[Count], new float[Count]);
        model.Network.ReadOutput(slot, output);
        model.Index.ScoreAll(output, session);
        var sum = Math.Log(session.Sum(logit => Math.Exp(logit)));
        var weight = TasteConfidence.Of(InteractionKind.Like, Strength.Unknown, model.Sources.Taste!.Options.StrengthWeight);
        model.Sources.Taste.Score(history, [.. history.Select(_ => weight)], taste);
        foreach (var item in history) linear[item + 1] += 0.1f + (0.01f * (item + 1));
        for (var i = 0; i < Count; i++) similar[i] = model.Sources.Taste.CosineSimilarity(history[1], i) + (0.7f * model.Sources.Taste.CosineSimilarity(history[0], i));
        double[][] ranks = [.. new[] { session, taste, linear, similar }.Select(scores => Ranks(scores, history))];
        var logits = new double[Count];
        for (var i = 0; i < Count; i++)
        {
            double[] x =
            [
                session[i] - sum, double.NaN, taste[i], linear[i], similar[i], ranks[0][i], double.NaN, ranks[1][i], ranks[2][i], ranks[3][i],
                Math.Log(1 + model.Network.ItemPopularity[i]), Math.Log(1 + trending.GetValueOrDefault(i)), Math.Log(1 + trending.GetValueOrDefault(i)), Math.Log(1 + history.Length),
                i == 0 ? double.NaN : Math.Log(1 + i), Affinity(i), model.Sources.Facts!.TimeOfWeek(i, 2), 0, double.NaN,
                Math.Log(1 + (10 * next.GetValueOrDefault(i))),
            ];
            for (var f = 0; f < x.Length; f++) x[f] = double.IsNaN(x[f]) ? 0 : (x[f] - ranker.Mean[f]) * ranker.Scale[f];
            var hidden = Layer(x, ranker.Hidden, ranker.HiddenBias);
            var middle = Layer(hidden, ranker.Middle, ranker.MiddleBias);
            logits[i] = x.Select((value, f) => value * ranker.Linear[f]).Sum() + middle.Select((value, u) => value * ranker.Output[u]).Sum();
        }

        return logits;

        // The newest counts 1, the one before it 0.96; an item's categories share what it counts.
        double Affinity(int item) => Categories(item).Average(category => (Own(history[1], category) + (0.96 * Own(history[0], category))) / 1.96);

        static double Own(int item, int category) => Categories(item).Contains(category) ? 1.0 / Categories(item).Length : 0;

        static int[] Categories(int item) => item % 2 == 0 ? [item % 3, 3] : [item % 3];

        static double[] Layer(double[] inputs, float[] weights, float[] bias) =>
            [.. bias.Select((b, u) => Math.Max(0, b + inputs.Select((value, i) => value * weights[(u * inputs.Length) + i]).Sum()))];
    }

    private static double[] Ranks(float[] scores, int[] seen)
    {
        var ranks = new double[scores.Length];
        var order = Enumerable.Range(0, scores.Length).Where(i => !seen.Contains(i)).OrderByDescending(i => scores[i]).ThenBy(i => i).ToArray();
        for (var place = 0; place < order.Length; place++) ranks[order[place]] = 1.0 / (1 + place);
        return ranks;
    }

    private static Task<RankedList> ListAsync(EngineRig rig, SourceWeights weights) =>
        rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 500, Sources = weights });

    private static async Task<IReadOnlyList<RankedItem>> ExplainAsync(EngineRig rig, SourceWeights weights) =>
        (await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 500, Sources = weights, Explain = true })).Items;

    private static IEnumerable<string> Expected(float[] scores) =>
        Enumerable.Range(0, Count).Where(i => i is not (3 or 9)).OrderByDescending(i => scores[i]).ThenBy(i => i).Select(i => Items[i]);

    private static async Task AssertOrderAsync(EngineRig rig, SourceWeights weights, float[] scores, CandidateSource source)
    {
        var list = await ListAsync(rig, weights);
        Assert.Equal(Expected(scores), list.Items.Select(item => item.ItemId));
        Assert.All(list.Items, item => Assert.Equal([source], item.Reasons.Select(reason => reason.Source)));
    }
}
