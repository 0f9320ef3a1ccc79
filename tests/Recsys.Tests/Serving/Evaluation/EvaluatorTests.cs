using Recsys.Inference;
using Recsys.Inference.Evaluation.Baselines;
using Recsys.Inference.Partners;
using Recsys.Inference.Rules;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Evaluation;
using Recsys.Serving.Events;
using Recsys.Serving.Models;
using Recsys.Serving.Sessions;

namespace Recsys.Tests.Serving.Evaluation;

/// <summary>Rankings by a network with random weights: what matters here is what recommenders get to see, and that all rows are measured alike.</summary>
public sealed class EvaluatorTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Nobody_beats_chance_when_the_held_out_items_are_drawn_by_lot()
    {
        // Each user's last item is independent of everything before it: a recommender can only know it by having been shown it.
        const int itemCount = 300;
        var random = new Random(5);
        var histories = NewHistories(400, user => [.. Enumerable.Range(0, 6).Select(_ => random.Next(itemCount))]);
        var report = await MeasureAsync(histories, itemCount, new() { ExcludeSeen = false });
        Assert.Equal(9, report.Rows.Count);
        foreach (var row in report.Rows) Assert.True(row.Metrics.Single(metrics => metrics.K == 10).Recall < 0.1, $"{row.Name}: {row}");
    }

    [Fact]
    public async Task The_chain_is_found_when_each_item_is_followed_by_the_same_one()
    {
        const int itemCount = 40;
        var histories = NewHistories(120, user => [.. Enumerable.Range(0, 6).Select(i => (user + i) % itemCount)]);
        var report = await MeasureAsync(histories, itemCount, new());
        Assert.Equal(["session (model)", "session (engine)", "most popular", "item-kNN", "Markov", "sequential rules", "VSTAN", "EASE", "iALS"], report.Rows.Select(row => row.Name));
        Assert.True(report.Rows[4].Metrics[0].Recall > 0.95, $"{report.Rows[4]}");
        Assert.True(report.Rows[2].Metrics[0].Recall < 0.5, $"{report.Rows[2]}");
        Assert.Equal((120L, 40L, 600L), (report.UserCount, report.ItemCount, report.TrainingInteractionCount));
        Assert.All(report.Rows, row => Assert.Equal([5, 10, 20], row.Metrics.Select(metrics => metrics.K)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_engine_ranks_as_its_model_does(bool excludeSeen)
    {
        const int itemCount = 60;
        var random = new Random(9);
        var histories = NewHistories(150, user => [.. Enumerable.Range(0, random.Next(4, 40)).Select(_ => random.Next(itemCount))], mixed: true);
        var report = await MeasureAsync(histories, itemCount, new() { ExcludeSeen = excludeSeen });
        var (model, engine) = (report.Rows[0].Metrics[2], report.Rows[1].Metrics[2]);
        Assert.True(model.Recall > 0.1, "some targets are within the first 20 by chance");
        Assert.Equal(model.Ndcg, engine.Ndcg, 0.01);
        Assert.Equal(model.Recall, engine.Recall, 0.01);
        Assert.Equal(model.Coverage, engine.Coverage, 0.05);
        Assert.Equal(report.WindowedFloat32Ndcg, report.StreamedFloat16Ndcg, 0.005);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_engine_ranks_as_its_model_does_with_partners(bool excludeSeen)
    {
        const int itemCount = 60;
        var random = new Random(9);
        var histories = NewHistories(150, user => [.. Enumerable.Range(0, random.Next(4, 40)).Select(i => (user + i + random.Next(3)) % itemCount)], mixed: true);
        int[][] sequences = [.. histories.Select(history => Holdout.LeaveOneOut([history]).Training[0].Where(Holdout.IsTarget).Select(one => (int)one.Item - 1).ToArray())];
        var rules = ItemRulesFit.Fit(sequences, null, itemCount, new() { MaxDenseBytes = 0 });
        var partners = new ModelPartners(rules, VstanSelection.Fit(sequences, null, itemCount, excludeSeen), new(2, 100, 1));
        var report = await MeasureAsync(histories, itemCount, new() { ExcludeSeen = excludeSeen }, partners: partners);
        Assert.Equal(
            ["session (model)", "session (network alone)", "session (rules alone)", "session (neighbours alone)", "session (engine)"], report.Rows.Take(5).Select(row => row.Name));
        var (model, engine) = (report.Rows[0].Metrics[2], report.Rows[4].Metrics[2]);
        Assert.Equal(model.Ndcg, engine.Ndcg, 0.01);
        Assert.Equal(model.Recall, engine.Recall, 0.01);
        Assert.True(report.Rows[3].Metrics[2].Recall > report.Rows[1].Metrics[2].Recall + 0.1, $"{report.Rows[3]}, {report.Rows[1]}");
        Assert.Equal(report.Rows[3].Metrics[1], report.Rows.Single(row => row.Name == "VSTAN").Metrics[1]);
    }

    [Fact]
    public async Task Targets_that_nobody_can_find_count_as_misses_in_every_row_and_are_noted()
    {
        // Of 20 users, the last of 5 is an item of nobody else's, the last of 5 is one that they had before.
        var histories = NewHistories(20, user => [1, 2, 3, 4, user < 5 ? 50 + user : user < 10 ? 2 : 0], times: 10);
        var report = await MeasureAsync(histories, 10, new());
        Assert.Contains(report.Notes, note => note.StartsWith("5 targets are items that the training part doesn't have", StringComparison.Ordinal));
        Assert.Contains(report.Notes, note => note.StartsWith("5 targets are items that the user had met before", StringComparison.Ordinal));
        Assert.All(report.Rows, row => Assert.InRange(row.Metrics[2].Recall, 0, 0.5));
        var seen = await MeasureAsync(histories, 10, new() { ExcludeSeen = false });
        Assert.DoesNotContain(seen.Notes, note => note.Contains("met before", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_temporal_split_is_measured_too()
    {
        const int itemCount = 40;
        var histories = NewHistories(60, user => [.. Enumerable.Range(0, 10).Select(i => (user + i) % itemCount)]);
        var report = await MeasureAsync(histories, itemCount, new() { Split = EvaluationSplit.Temporal });
        Assert.InRange(report.UserCount, 1, 60);
        Assert.Contains(report.Notes, note => note.StartsWith("The training part ends before", StringComparison.Ordinal));
        Assert.True(report.Rows[4].Metrics[0].Recall > 0.9, $"{report.Rows[4]}");
    }

    [Fact]
    public async Task Rows_are_compared_with_the_first_target_by_target()
    {
        const int itemCount = 40;
        var histories = NewHistories(120, user => [.. Enumerable.Range(0, 6).Select(i => (user + i) % itemCount)]);
        var report = await MeasureAsync(histories, itemCount, new());
        var (first, markov) = (report.Rows[0], report.Rows[4]);
        Assert.Equal(default, first.NdcgDifference);
        Assert.Equal(default, first.RecallDifference);
        Assert.Equal(markov.Metrics[1].Ndcg - first.Metrics[1].Ndcg, markov.NdcgDifference.Mean, 1e-9);
        Assert.Equal(markov.Metrics[1].Recall - first.Metrics[1].Recall, markov.RecallDifference.Mean, 1e-9);
        Assert.True(markov.NdcgDifference.Low > 0 && markov.NdcgDifference.High < 1, $"{markov}");
        Assert.InRange(markov.NdcgDifference.Mean, markov.NdcgDifference.Low, markov.NdcgDifference.High);

        // Each of the 40 items is met as often as any other; the same list for all but what each has seen leaves most of them out.
        Assert.Equal(Math.Log2(itemCount), markov.Diversity.Novelty, 0.01);
        Assert.InRange(report.Rows[2].Diversity.Gini, 0.7, 0.8);
        Assert.True(report.Rows[2].Diversity.Gini > markov.Diversity.Gini, $"{report.Rows[2]} {markov}");
    }

    [Fact]
    public async Task Slices_of_each_kind_average_to_the_whole()
    {
        const int itemCount = 60;
        var random = new Random(9);
        var report = await MeasureAsync(NewHistories(150, user => [.. Enumerable.Range(0, random.Next(4, 40)).Select(_ => random.Next(itemCount))]), itemCount, new() { ExcludeSeen = false });
        foreach (var kind in report.Slices.GroupBy(slice => slice.Kind))
        {
            Assert.True(kind.Count() > 1, $"{kind.Key} has one slice");
            Assert.Equal(report.CaseCount, kind.Sum(slice => slice.CaseCount));
            for (var row = 0; row < report.Rows.Count; row++)
            {
                Assert.Equal(report.Rows[row].Metrics[1].Ndcg, kind.Sum(slice => slice.CaseCount * slice.Figures[row].Ndcg) / report.CaseCount, 1e-9);
                Assert.Equal(report.Rows[row].Metrics[1].Recall, kind.Sum(slice => slice.CaseCount * slice.Figures[row].Recall) / report.CaseCount, 1e-9);
            }
        }
    }

    [Fact]
    public async Task Given_users_are_asked_for_every_next_item_step_by_step()
    {
        const int itemCount = 40;
        var histories = NewHistories(120, user => [.. Enumerable.Range(0, 6).Select(i => (user + i) % itemCount)]);
        UserHistory[] others =
        [
            .. NewHistories(30, user => [.. Enumerable.Range(0, 2 + (user % 4)).Select(i => (user + i) % itemCount)]).Select(history => history with { UserId = $"new-{history.UserId}" }),
            new("alone", [new(1, InteractionKind.Play, 200, 5)]),
        ];
        var options = new EvaluationOptions { Split = EvaluationSplit.Given, ExcludeSeen = false };
        var report = await MeasureAsync(histories, itemCount, options, others);
        Assert.Equal((30, others.Sum(other => other.Interactions.Count - 1), 720), (report.UserCount, report.CaseCount, report.TrainingInteractionCount));
        Assert.True(report.Rows[4].Metrics[0].Recall > 0.95, $"{report.Rows[4]}");
        Assert.True(report.Rows[0].Metrics[2].Recall > 0.1, "some targets are within the first 20 by chance");

        // Target by target: an engine that met an event twice, or missed one, would rank about every one otherwise.
        Assert.InRange(report.Rows[1].NdcgDifference.High - report.Rows[1].NdcgDifference.Low, 0, 0.01);
        Assert.Contains(report.Notes, note => note.StartsWith("1 users of the test data have nothing to predict", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Notes, note => note.Contains("was trained on", StringComparison.Ordinal));
        var known = await MeasureAsync(histories, itemCount, options, [.. histories.Take(7), others[0]]);
        Assert.Contains(known.Notes, note => note.StartsWith("7 users of the test data are in the store", StringComparison.Ordinal));
        var last = await MeasureAsync(histories, itemCount, options with { EveryNext = false }, others);
        Assert.Equal((30, 30), (last.UserCount, last.CaseCount));
    }

    [Fact]
    public async Task A_variant_that_knows_other_items_is_measured_beside_the_first_model()
    {
        const int itemCount = 40;
        // The items that only the first model knows are met 21 times each, the others 12 times.
        var histories = NewHistories(105, user => [user % 5, .. Enumerable.Range(0, 5).Select(i => 5 + ((user + i) % 35))]);
        var report = await MeasureAsync(histories, itemCount, new() { Variants = [new("small", "{}"), new("timed", "{}")] });
        Assert.Equal(
            ["session (model)", "session (engine)", "small (model)", "timed (model)", "timed (model, told the time of the request)"], report.Rows.Take(5).Select(row => row.Name));
        Assert.NotEqual(report.Rows[3].Metrics, report.Rows[4].Metrics);
        Assert.NotEqual(report.Rows[0].Metrics, report.Rows[2].Metrics);
        Assert.NotEqual(report.Rows[2].Metrics, report.Rows[3].Metrics);

        // Five of the items are unknown to the variants: they can never show them.
        Assert.InRange(report.Rows[0].Metrics[2].Coverage, 36 / 40.0, 1);
        Assert.InRange(report.Rows[2].Metrics[2].Coverage, 20 / 40.0, 35 / 40.0);
        Assert.Equal(Math.Log2(525 / 12.0), report.Rows[2].Diversity.Novelty, 1e-9);
        Assert.True(report.Rows[0].Diversity.Novelty < report.Rows[2].Diversity.Novelty - 0.01, $"{report.Rows[0]}");
    }

    [Fact]
    public void Every_interaction_comes_back_from_the_event_that_carries_it()
    {
        foreach (var kind in Enum.GetValues<InteractionKind>())
        {
            foreach (var strength in Enumerable.Range(0, 251).Append(Strength.Unknown).Select(value => (byte)value))
            {
                // Only plays and ratings carry a strength; of the others it's always unknown.
                if (strength != Strength.Unknown && kind is not (InteractionKind.Play or InteractionKind.Rating)) continue;
                var interaction = new Interaction(7, kind, strength, 1_000);
                var state = new SessionState();
                UserFold.Apply(state, FoldEvent.Of(EngineReplay.EventOf("u", "i", interaction), 7, 0), new());
                Assert.Equal(interaction, Assert.Single(state.Ring));
            }
        }
    }

    private static UserHistory[] NewHistories(int users, Func<int, int[]> itemsOf, bool mixed = false, int times = 1_000) =>
    [
        .. Enumerable.Range(0, users).Select(user => new UserHistory(
            $"u{user:D4}",
            [
                .. itemsOf(user).Select((item, i) => new Interaction(
                    (uint)item + 1,
                    mixed && i % 3 == 1 ? InteractionKind.Rating : mixed && i % 5 == 3 ? InteractionKind.Skip : InteractionKind.Play,
                    mixed && i % 5 == 3 ? Strength.Unknown : (byte)200,
                    (i * times) + user)),
            ])),
    ];

    private static async Task<EvaluationReport> MeasureAsync(UserHistory[] histories, int itemCount, EvaluationOptions options, UserHistory[]? others = null, ModelPartners? partners = null)
    {
        await using var rig = await EngineRig.OpenAsync();
        // Numbers of the histories are 1 and up, in the order of the ids.
        await rig.Sqlite.AllocateItemNumbersAsync(EngineRig.Ns, [.. Enumerable.Range(0, 100 + itemCount).Select(item => $"i{item}")], None);
        var twin = await rig.NewModelAsync("twin", [.. Enumerable.Range(0, itemCount).Select(item => $"i{item}")], partners: partners);
        var items = await ItemNumbers.LoadAsync(rig.Sqlite, None);
        var scratch = Directory.CreateTempSubdirectory("recsys-evaluation-");
        try
        {
            var holdout = options.Split switch
            {
                EvaluationSplit.Temporal => Holdout.Temporal(histories, everyNext: false),
                EvaluationSplit.Given => Holdout.Given(histories, others!, options.EveryNext),
                _ => Holdout.LeaveOneOut(histories),
            };
            var measurement = new Measurement(twin, holdout, options, items.IdOf, rig.Time);
            await measurement.RankAsync(
                variant => rig.NewModelAsync($"variant-{variant}", [.. Enumerable.Range(0, itemCount - 5).Select(item => $"i{itemCount - 1 - item}")], seed: 1 + variant, timeGaps: variant > 1),
                Path.Combine(scratch.FullName, "engine"), new(new Progress<TrainingProgress>(), 0, 1), None);
            return measurement.Report();
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }
}
