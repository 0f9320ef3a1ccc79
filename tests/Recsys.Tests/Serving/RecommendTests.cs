using Recsys.Inference;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Rules;
using Recsys.Serving;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Serving.Users;

namespace Recsys.Tests.Serving;

public sealed class RecommendTests
{
    private static readonly string[] Items = [.. Enumerable.Range(0, 60).Select(i => $"i{i:d2}")];

    [Fact]
    public async Task Without_a_model_an_unknown_user_gets_what_is_trending_then_the_newest_of_the_catalogue()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync(
            new() { ItemId = "old", Title = "Old", PublishTimeMs = 1 }, new() { ItemId = "new", PublishTimeMs = 100_000_000_000 }, new() { ItemId = "hot", Title = "Hot" });
        await rig.WriteAsync(rig.Like("a", "hot"), rig.Like("b", "hot"), rig.Like("a", "warm"));
        var list = await rig.ListAsync("nobody");
        Assert.Equal(["hot", "warm", "new", "old"], list.Items.Select(item => item.ItemId));
        Assert.Equal([0, 1, 2, 3], list.Items.Select(item => item.Position));
        Assert.Equal(["Hot", "", "", "Old"], list.Items.Select(item => item.Title));
        Assert.Equal(list.Items.Select(item => item.Score).OrderDescending(), list.Items.Select(item => item.Score));
        Assert.Equal(new(CandidateSource.Trending, 2), Assert.Single(list.Items[0].Reasons));
        Assert.Empty(list.Items[3].Reasons);
        Assert.Equal(("", false, "", "", 0L), (list.ModelVersion, list.Personalized, list.DegradedReason, list.NextPageToken, list.StateRevision));
        Assert.Matches("^[A-Za-z0-9_-]{22}$", list.RecommendationId);
        Assert.NotEqual(list.RecommendationId, (await rig.ListAsync("nobody")).RecommendationId);
    }

    [Fact]
    public async Task What_is_not_out_yet_is_behind_everything_that_is_and_the_newest_once_its_out()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync(
            new() { ItemId = "old", PublishTimeMs = 86_400_000 }, new() { ItemId = "tomorrow", PublishTimeMs = rig.NowMs + 86_400_000 },
            new() { ItemId = "new", PublishTimeMs = rig.NowMs - 86_400_000 }, new() { ItemId = "unnamed" });
        Assert.Equal(["unnamed", "new", "old", "tomorrow"], (await rig.ListAsync("nobody")).Items.Select(item => item.ItemId));

        // By the moment that the list is for.
        var later = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["nobody"], RequestTimeMs = rig.NowMs + (2 * 86_400_000) };
        Assert.Equal(["tomorrow", "unnamed", "new", "old"], (await rig.ListAsync(later)).Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task With_a_model_an_unknown_user_gets_its_popularity_and_after_one_event_a_list_of_their_own()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("session-1", Items);
        var popular = await rig.ListAsync("u", 10);
        Assert.Equal(model.PopularityOrder.Take(10).Select(id => Items[id]), popular.Items.Select(item => item.ItemId));
        Assert.Equal(("session-1", false), (popular.ModelVersion, popular.Personalized));
        Assert.All(popular.Items, item => Assert.Equal(CandidateSource.Popular, item.Reasons[0].Source));

        await rig.WriteAsync(rig.Like("u", Items[3]));
        var own = await rig.ListAsync("u", 10);
        Assert.True(own.Personalized);
        Assert.NotEqual(popular.Items.Select(item => item.ItemId), own.Items.Select(item => item.ItemId));
        Assert.DoesNotContain(own.Items, item => item.ItemId == Items[3]);
        Assert.True(own.StateRevision > 0);
        Assert.All(own.Items, item =>
        {
            var reason = Assert.Single(item.Reasons);
            Assert.Equal((CandidateSource.Session, Items[3]), (reason.Source, reason.BecauseItemId));
            Assert.Equal(model.Network.CosineSimilarity(3, Array.IndexOf(Items, item.ItemId)), reason.Similarity, 5);
        });
    }

    [Fact]
    public async Task The_scores_are_the_network_s_logits_in_descending_order()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items);
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Event("u", WatchEventType.Play, Items[7], position: 50, duration: 100));
        var slot = new Half[model.Network.SlotLength];
        model.Network.Step(slot, new(3, InteractionKind.Like, Strength.Unknown));
        model.Network.Step(slot, new(7, InteractionKind.Play, Strength.FromShare(0.5)));
        var wanted = LogitsOf(model, slot).Select((score, id) => (score, id)).OrderByDescending(pair => pair.score).ToList();

        var all = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 500, SeenPolicy = SeenPolicy.Allow });
        Assert.Equal(wanted.Select(pair => Items[pair.id]), all.Items.Select(item => item.ItemId));
        Assert.Equal(wanted.Select(pair => (double)pair.score), all.Items.Select(item => item.Score));
        var unseen = await rig.ListAsync("u", 500);
        Assert.Equal(wanted.Where(pair => pair.id is not (3 or 7)).Select(pair => Items[pair.id]), unseen.Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task An_open_play_steps_the_network_for_the_list_alone()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items);
        await rig.WriteAsync(rig.Event("u", WatchEventType.PlayStart, Items[5], position: 30, duration: 100));
        var stored = (await rig.RecordAsync("u")).State.ToArray();
        var slot = new Half[model.Network.SlotLength];
        model.Network.Step(slot, new(5, InteractionKind.Play, Strength.FromShare(0.3)));
        var best = LogitsOf(model, slot).Select((score, id) => (score, id)).MaxBy(pair => pair.score).id;
        var list = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], SeenPolicy = SeenPolicy.Allow });
        Assert.True(list.Personalized);
        Assert.Equal(Items[best], list.Items[0].ItemId);
        Assert.Equal(stored, (await rig.RecordAsync("u")).State.ToArray());

        // Half an hour later it counts as closed: seen, and a reason.
        rig.Time.Advance(TimeSpan.FromMinutes(30));
        var later = await rig.ListAsync("u", 500);
        Assert.DoesNotContain(later.Items, item => item.ItemId == Items[5]);
        Assert.Equal(Items[5], later.Items[0].Reasons[0].BecauseItemId);
        Assert.Equal(stored, (await rig.RecordAsync("u")).State.ToArray());
    }

    [Fact]
    public async Task A_network_with_time_gaps_when_a_list_is_made_then_it_knows_the_times_between_and_until_the_request()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items, timeGaps: true);
        await rig.WriteAsync(rig.Like("u", Items[3]));
        rig.Time.Advance(TimeSpan.FromDays(1));
        await rig.WriteAsync(rig.Like("u", Items[7]));
        rig.Time.Advance(TimeSpan.FromMinutes(3));
        var slot = new Half[model.Network.SlotLength];
        model.Network.Step(slot, new(3, InteractionKind.Like, Strength.Unknown));
        model.Network.Step(slot, new(7, InteractionKind.Like, Strength.Unknown, TimeGap.Bucket(86_400_000)));

        var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], SeenPolicy = SeenPolicy.Allow };
        Assert.Equal((double)LogitsOf(model, slot, TimeGap.Bucket(180_000)).Max(), (await rig.ListAsync(request)).Items[0].Score);
        var tomorrow = request with { RequestTimeMs = rig.Time.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds() };
        Assert.Equal((double)LogitsOf(model, slot, TimeGap.Bucket(86_580_000)).Max(), (await rig.ListAsync(tomorrow)).Items[0].Score);
        Assert.Equal(SlowReference.SlotOf((await rig.StateAsync("u")).Ring, model).Values, slot);

        // An open play is a step as well, and the newest time.
        await rig.WriteAsync(rig.Event("u", WatchEventType.PlayStart, Items[5], position: 30, duration: 100));
        rig.Time.Advance(TimeSpan.FromSeconds(70));
        model.Network.Step(slot, new(5, InteractionKind.Play, Strength.FromShare(0.3), TimeGap.Bucket(180_000)));
        Assert.Equal((double)LogitsOf(model, slot, TimeGap.Bucket(70_000)).Max(), (await rig.ListAsync(request)).Items[0].Score);
    }

    [Fact]
    public async Task A_model_with_rules_when_a_list_is_made_then_their_scores_are_added_to_the_logits()
    {
        await using var rig = await EngineRig.OpenAsync();
        // Item 3 leads to 0 and 9, item 7 to 9; each further back counts half, and two interactions count at all.
        var offsets = Enumerable.Range(0, Items.Length + 1).Select(item => item <= 3 ? 0 : item <= 7 ? 2 : 3).ToArray();
        var rules = new ItemRules(offsets, [0, 9, 9], [0.75f, 0.5f, 0.25f], new(0.5f, 2, 0, 0));
        var model = await rig.GoLiveAsync("m", Items, partners: new(rules, null, new(8, 0, 0)));
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Event("u", WatchEventType.Dislike, Items[5]), rig.Like("u", Items[7]));
        var slot = SlowReference.SlotOf((await rig.StateAsync("u")).Ring, model).Values;
        var wanted = LogitsOf(model, slot);
        wanted[0] += 8 * 0.5f * 0.75f;
        wanted[9] += 8 * ((0.5f * 0.5f) + 0.25f);

        await AssertScoresAsync(wanted, "u");

        // An open play is the newest interaction; of the two before it only one is left. What was hardly played leads nowhere.
        await rig.WriteAsync(rig.Event("u", WatchEventType.PlayStart, Items[3], position: 60, duration: 100));
        model.Network.Step(slot, new(3, InteractionKind.Play, Strength.FromShare(0.6)));
        wanted = LogitsOf(model, slot);
        wanted[0] += 8 * 0.75f;
        wanted[9] += 8 * (0.5f + (0.5f * 0.25f));
        await AssertScoresAsync(wanted, "u");

        // For two people it is the logarithm of their mean probability, and the mean of what the rules add.
        await rig.WriteAsync(rig.Like("v", Items[7]));
        var other = LogitsOf(model, SlowReference.SlotOf((await rig.StateAsync("v")).Ring, model).Values);
        float[] both = [.. Softmax(LogitsOf(model, slot)).Zip(Softmax(other), (a, b) => MathF.Log((a + b) / 2))];
        both[0] += 8 * 0.75f / 2;
        both[9] += 8 * (0.5f + (0.5f * 0.25f) + 0.25f) / 2;
        await AssertScoresAsync(both, "u", "v");

        async Task AssertScoresAsync(float[] scores, params string[] users)
        {
            var list = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = users, PageSize = 500, SeenPolicy = SeenPolicy.Allow });
            Assert.Equal(scores.Length, list.Items.Count);
            foreach (var item in list.Items) Assert.Equal(scores[Array.IndexOf(Items, item.ItemId)], item.Score, 1e-5);
        }
    }

    [Fact]
    public async Task A_model_with_neighbours_when_a_list_is_made_then_the_logarithms_of_both_partners_are_added()
    {
        await using var rig = await EngineRig.OpenAsync();
        var offsets = Enumerable.Range(0, Items.Length + 1).Select(item => item <= 3 ? 0 : 1).ToArray();
        var rules = new ItemRules(offsets, [9], [0.5f], new(0.5f, 2, 0, 0));
        var neighbours = SessionKnn.Fit([[3, 7, 4], [7, 8], [1, 2]], null, Items.Length);
        var model = await rig.GoLiveAsync("m", Items, partners: new(rules, neighbours, new(2, 100, 3)));
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Event("u", WatchEventType.Dislike, Items[1]), rig.Like("u", Items[7]));
        var wanted = LogitsOf(model, SlowReference.SlotOf((await rig.StateAsync("u")).Ring, model).Values);
        wanted[9] += 2 * MathF.Log(1 + (100 * 0.5f * 0.5f));

        // What was disliked is no part of the history that neighbours are looked for with.
        var scores = new float[Items.Length];
        neighbours.Score([3, 7], scores);
        Assert.True(scores[4] > 0 && scores[8] > 0 && scores[2] == 0);
        for (var i = 0; i < wanted.Length; i++) wanted[i] += 3 * MathF.Log(1 + scores[i]);
        var list = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 500, SeenPolicy = SeenPolicy.Allow });
        Assert.Equal(wanted.Length, list.Items.Count);
        foreach (var item in list.Items) Assert.Equal(wanted[Array.IndexOf(Items, item.ItemId)], item.Score, 1e-5);
    }

    [Fact]
    public async Task A_model_switch_moves_every_state_to_the_new_model_at_the_next_list()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m1", Items, seed: 1);
        await rig.WriteAsync(rig.Like("u", Items[1]), rig.Like("u", "unknown to all"), rig.Like("u", Items[2]));
        var model = await rig.GoLiveAsync("m2", Items, seed: 2, blocks: 2);
        var slot = new Half[model.Network.SlotLength];
        model.Network.Step(slot, new(1, InteractionKind.Like, Strength.Unknown));
        model.Network.Step(slot, new(2, InteractionKind.Like, Strength.Unknown));
        var list = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], SeenPolicy = SeenPolicy.Allow });
        Assert.Equal("m2", list.ModelVersion);
        Assert.Equal((double)LogitsOf(model, slot).Max(), list.Items[0].Score);
    }

    [Fact]
    public async Task Pages_of_one_snapshot_repeat_nothing_and_miss_nothing_whatever_happens_between_them()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items);
        await rig.PutItemsAsync(new CatalogueItem { ItemId = "cold 1" }, new CatalogueItem { ItemId = "cold 2" });
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("v", "trend"));
        var whole = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 500 });
        Assert.Equal(62, whole.Items.Count);

        var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 7 };
        var page = await rig.ListAsync(request);
        var id = page.RecommendationId;
        var items = new List<RankedItem>(page.Items);
        for (var n = 0; page.NextPageToken.Length > 0; n++)
        {
            await rig.WriteAsync(rig.Like("u", Items[10 + n]));
            page = await rig.ListAsync(request with { PageToken = page.NextPageToken, PageSize = 5 + n });
            Assert.Equal(id, page.RecommendationId);
            Assert.True(page.Personalized);
            items.AddRange(page.Items);
        }

        Assert.Equal(whole.Items.Select(item => (item.ItemId, item.Position, item.Score)), items.Select(item => (item.ItemId, item.Position, item.Score)));
        Assert.Equal(whole.Items.Select(item => item.Reasons.FirstOrDefault()?.Source), items.Select(item => item.Reasons.FirstOrDefault()?.Source));
    }

    [Fact]
    public async Task A_list_is_at_most_500_deep()
    {
        await using var rig = await EngineRig.OpenAsync();
        string[] many = [.. Enumerable.Range(0, 700).Select(i => $"m{i}")];
        await rig.GoLiveAsync("m", many);
        await rig.WriteAsync(rig.Like("u", "m0"));
        var first = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 300 });
        var second = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 300, PageToken = first.NextPageToken });
        Assert.Equal((300, 200, ""), (first.Items.Count, second.Items.Count, second.NextPageToken));
    }

    [Fact]
    public async Task A_page_token_that_is_changed_expired_or_of_another_request_is_refused()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items);
        var request = new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], PageSize = 5 };
        var token = (await rig.ListAsync(request)).NextPageToken;
        for (var i = 0; i < token.Length; i += 7)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            await RefusedAsync(rig, request with { PageToken = changed });
        }

        await RefusedAsync(rig, request with { PageToken = "x" });
        await RefusedAsync(rig, request with { PageToken = "not base64!" });
        await RefusedAsync(rig, request with { PageToken = token, UserIds = ["v"] });
        await RefusedAsync(rig, request with { PageToken = token, Placement = "home" });
        await RefusedAsync(rig, request with { PageToken = token, ExcludeItemIds = ["i01"] });
        await RefusedAsync(rig, request with { PageToken = token, IncludeItemIds = ["i01"] });
        await RefusedAsync(rig, request with { PageToken = token, MaturityCeiling = 12 });
        await RefusedAsync(rig, request with { PageToken = token, MaturityCeiling = 0 });
        await RefusedAsync(rig, request with { PageToken = token, SeenPolicy = SeenPolicy.Allow });
        await RefusedAsync(rig, request with { PageToken = token, ItemKinds = [ItemKind.Film] });
        await RefusedAsync(rig, request with { PageToken = token, Filter = Recsys.Serving.Filters.FilterParser.Parse("price < 5") });
        await RefusedAsync(rig, request with { PageToken = token, Context = new() { Country = "BR" } });
        await RefusedAsync(rig, request with { PageToken = token, Context = new() { Locale = "pt-BR" } });
        await RefusedAsync(rig, request with { PageToken = token, RequestTimeMs = rig.NowMs });
        await RefusedAsync(rig, request with { PageToken = token, NoPersonalization = true });
        await rig.ReopenAsync();
        Assert.Equal(5, (await rig.ListAsync(request with { PageToken = token })).Items.Count);
        rig.Time.Advance(TimeSpan.FromMinutes(31));
        await RefusedAsync(rig, request with { PageToken = token });
    }

    [Fact]
    public async Task Everything_that_filters_filters()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync(
            new() { ItemId = "film", Kind = ItemKind.Film },
            new() { ItemId = "adult", Kind = ItemKind.Film, MaturityAge = 18 },
            new() { ItemId = "series", Kind = ItemKind.Series },
            new() { ItemId = "hidden", Hidden = true },
            new() { ItemId = "brazil", Kind = ItemKind.Game, Availability = [new(["BR"], null, null)] },
            new() { ItemId = "later", Availability = [new([], rig.NowMs + 1_000, null)] },
            new() { ItemId = "deleted" });
        await rig.WriteAsync(rig.Like("x", "deleted"), rig.Like("x", "bare"));
        await rig.Engine.Catalogue.DeleteAsync(EngineRig.Ns, "deleted", "", CancellationToken.None);
        await rig.PutProfileAsync(new() { UserId = "child", MaturityCeiling = 12, Country = "BR" });
        await rig.PutProfileAsync(new() { UserId = "teen", MaturityCeiling = 16 });

        var all = new ListRequest { Namespace = EngineRig.Ns };
        Assert.Equal(["adult", "bare", "film"], await NamesAsync(rig, all));
        Assert.Equal(["adult", "bare", "brazil", "film"], await NamesAsync(rig, all with { Context = new() { Country = "BR" } }));
        Assert.Equal(["adult", "bare", "film", "later"], await NamesAsync(rig, all with { RequestTimeMs = rig.NowMs + 1_000 }));
        Assert.Equal(["series"], await NamesAsync(rig, all with { ItemKinds = [ItemKind.Series] }));
        Assert.Equal(["bare"], await NamesAsync(rig, all with { ItemKinds = [ItemKind.Other] }));
        Assert.Equal(["film"], await NamesAsync(rig, all with { MaturityCeiling = 17 }));
        Assert.Equal(["brazil", "film"], await NamesAsync(rig, all with { UserIds = ["child"], MaturityCeiling = 21 }));
        Assert.Equal(["brazil", "film"], await NamesAsync(rig, all with { UserIds = ["teen", "child"] }));
        Assert.Equal(["adult"], await NamesAsync(rig, all with { IncludeItemIds = ["adult", "hidden", "no such item"] }));
        Assert.Equal(["bare", "film"], await NamesAsync(rig, all with { ExcludeItemIds = ["adult"] }));
    }

    [Fact]
    public async Task What_the_ring_has_let_go_still_counts_as_seen()
    {
        await using var rig = await EngineRig.OpenAsync(new() { RingLimit = 12, RingKeep = 8 });
        await rig.GoLiveAsync("m", Items);
        await rig.WriteAsync([.. Items[..40].Select(item => rig.Like("u", item))]);
        var list = await rig.ListAsync("u", 500);
        Assert.Equal(Items[40..], list.Items.Select(item => item.ItemId).Order());
    }

    [Fact]
    public async Task Several_users_get_one_list_from_the_sum_of_their_probabilities_and_what_any_has_seen_is_seen()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", Items);
        await rig.WriteAsync(rig.Like("u", Items[3]), rig.Like("v", Items[8]));
        var list = await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u", "v", "nobody"], PageSize = 500 });
        var sums = new double[Items.Length];
        foreach (var id in (int[])[3, 8])
        {
            var slot = new Half[model.Network.SlotLength];
            model.Network.Step(slot, new(id, InteractionKind.Like, Strength.Unknown));
            var exponentials = LogitsOf(model, slot).Select(logit => Math.Exp(logit)).ToArray();
            for (var i = 0; i < sums.Length; i++) sums[i] += exponentials[i] / exponentials.Sum();
        }

        Assert.Equal(58, list.Items.Count);
        Assert.Equal(sums.Select((sum, id) => (sum, id)).Where(pair => pair.id is not (3 or 8)).MaxBy(pair => pair.sum).id, Array.IndexOf(Items, list.Items[0].ItemId));
        Assert.All(list.Items, item => Assert.Equal(Math.Log(sums[Array.IndexOf(Items, item.ItemId)] / 2), item.Score, 5));
    }

    [Fact]
    public async Task Without_consent_to_personalisation_a_list_is_by_popularity_and_says_so()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.GoLiveAsync("m", Items);
        await rig.WriteAsync(rig.Like("u", Items[3]));
        await rig.PutProfileAsync(new() { UserId = "u", Personalization = ConsentChoice.Denied });
        var list = await rig.ListAsync("u", 500);
        Assert.False(list.Personalized);
        Assert.Equal((await rig.ListAsync("nobody", 500)).Items.Select(item => item.ItemId), list.Items.Select(item => item.ItemId));
        await rig.WriteAsync(rig.Like("u", Items[4]));
        Assert.Equal(2, (await rig.StateAsync("u")).Ring.Count);
    }

    [Fact]
    public async Task With_the_store_down_a_list_comes_from_memory_and_holds_nothing_for_adults()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync(new() { ItemId = "film", Kind = ItemKind.Film }, new() { ItemId = "adult", MaturityAge = 18 });
        await rig.WriteAsync(rig.Like("x", "adult"), rig.Like("x", "film"), rig.Like("x", "bare"));
        rig.Store.IsDown = true;
        var list = await rig.ListAsync("child");
        Assert.Equal(["bare", "film"], list.Items.Select(item => item.ItemId).Order());
        Assert.NotEmpty(list.DegradedReason);
        Assert.False(list.Personalized);
        Assert.Empty((await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns })).DegradedReason);
    }

    [Fact]
    public async Task Titles_follow_the_context_s_locale_else_the_profile_s()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync(new CatalogueItem { ItemId = "a", Title = "The Sea", Localizations = [new("pt", "O Mar", ""), new("de", "Das Meer", "")] });
        await rig.PutProfileAsync(new() { UserId = "u", Locale = "pt-BR" });
        Assert.Equal("O Mar", (await rig.ListAsync("u")).Items[0].Title);
        Assert.Equal("Das Meer", (await rig.ListAsync(new ListRequest { Namespace = EngineRig.Ns, UserIds = ["u"], Context = new() { Locale = "de" } })).Items[0].Title);
    }

    private static float[] LogitsOf(Recsys.Serving.Live.LiveModel model, Half[] slot, byte requestGap = TimeGap.Unknown)
    {
        var output = new float[model.Network.VectorSize];
        var logits = new float[model.ItemCount];
        model.Network.ReadOutput(slot, output, requestGap);
        model.Index.ScoreAll(output, logits);
        return logits;
    }

    private static IEnumerable<float> Softmax(float[] logits)
    {
        var sum = logits.Sum(logit => Math.Exp(logit - logits.Max()));
        return logits.Select(logit => (float)(Math.Exp(logit - logits.Max()) / sum));
    }

    private static async Task<IEnumerable<string>> NamesAsync(EngineRig rig, ListRequest request) => (await rig.ListAsync(request)).Items.Select(item => item.ItemId).Order();

    private static async Task RefusedAsync(EngineRig rig, ListRequest request)
    {
        var error = await Assert.ThrowsAsync<EngineException>(() => rig.ListAsync(request));
        Assert.Equal((EngineErrorKind.InvalidArgument, "page_token"), (error.Kind, error.Field));
    }
}
