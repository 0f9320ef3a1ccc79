using Recsys.Inference;
using Recsys.Inference.Partners;
using Recsys.Inference.Ranker;
using Recsys.Inference.Taste;
using Recsys.Storage.Archive;
using Recsys.Training.Ranker;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Ranker;

/// <summary>What rankers learn from: lists that were shown, and facts of items.</summary>
public sealed class ShownListsTests
{
    private const long Hour = 3_600_000, Day = 24 * Hour;

    private static readonly TrainingSettings Settings = SampleSettings.Tiny with { Network = SampleSettings.Sizes(16, 16, 1), MaskOwnItems = false };

    [Fact]
    public void Candidates_are_what_was_shown_beside_the_target_and_not_played()
    {
        // User 0 plays items 1, 2, 3 and, held out, 4; 4 stood in list 8 with 1 (played after it), 5, 6 and 99, which nobody ever played.
        var (log, split) = Log(
            [(100, 0), (200, 1), (300, 2), (400, 3), (100, 4)], heldOut: 3,
            [new(500, 7, 0, 2 * Hour), new(400, 8, 2, 3 * Hour - 9), new(100, 8, 0, 3 * Hour - 9), new(500, 8, 5, 3 * Hour - 9), new(600, 8, 6, 3 * Hour - 9), new(99, 8, 7, 3 * Hour - 9)]);
        var (cases, lists) = CasesOf(log, split, [new(0, 3)]);
        var one = Assert.Single(cases);
        Assert.True(one.IsShown);
        Assert.Equal([400, 500, 600], one.Items.Select(item => (int)log.ItemNumbers[item]));
        Assert.Equal(400u, log.ItemNumbers[one.Items[one.Target]]);
        Assert.Equal([Math.Log(3), Math.Log(6), Math.Log(7)], one.Column((int)RankerFeature.Position).ToArray().Select(value => (double)value), new Near());
        Assert.InRange(one.SessionRank, 1, 3);

        // The whole list, once, at its moment: of item 1 it's known that it was played, too.
        var list = Assert.Single(lists);
        Assert.Equal([(400u, true), (100u, true), (500u, false), (600u, false)], list.Items.Select((item, i) => (log.ItemNumbers[item], list.Played[i])));
        Assert.Equal((3 * Hour) - 9, list.MomentMs);
        Assert.Equal(Math.Log(2), one.Column((int)RankerFeature.Gap)[0], 1e-4);
    }

    [Fact]
    public void Targets_that_no_list_showed_are_among_what_the_sources_propose()
    {
        // Shown a day and an hour before it was played, or after it: that wasn't why.
        var (log, split) = Log([(100, 0), (200, 1), (300, 2), (400, 30)], heldOut: 3, [new(400, 1, 0, 5 * Hour), new(500, 1, 1, 5 * Hour), new(400, 2, 0, 31 * Hour)]);
        var one = Assert.Single(CasesOf(log, split, [new(0, 3)]).Cases);
        Assert.False(one.IsShown);
        Assert.Equal(log.ItemCount, one.Count);
        Assert.All(one.Column((int)RankerFeature.Position).ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Lists_between_two_interactions_say_what_was_played_of_them_at_their_own_moments()
    {
        var (log, split) = Log(
            [(100, 0), (200, 1), (300, 10), (400, 20)], heldOut: 3,
            [new(500, 1, 0, 9 * Hour), new(500, 2, 0, 12 * Hour), new(600, 2, 1, 12 * Hour), new(400, 3, 0, 15 * Hour), new(600, 3, 1, 15 * Hour), new(600, 4, 1, 21 * Hour)]);
        var (cases, lists) = CasesOf(log, split, [new(0, 3)]);
        Assert.True(Assert.Single(cases).IsShown);

        // List 1 is older than the interaction before, list 4 came later.
        Assert.Equal([15 * Hour, 12 * Hour], lists.Select(list => list.MomentMs));
        Assert.Equal([(400u, true), (600u, false)], lists[0].Items.Select((item, i) => (log.ItemNumbers[item], lists[0].Played[i])));
        Assert.Equal([(500u, false), (600u, false)], lists[1].Items.Select((item, i) => (log.ItemNumbers[item], lists[1].Played[i])));
        Assert.Equal([Math.Log(6), Math.Log(3)], lists.Select(list => (double)list.Column((int)RankerFeature.Gap)[0]), new Near());
    }

    [Fact]
    public void A_list_that_two_held_out_plays_came_from_is_counted_once()
    {
        var (log, split) = Log(
            [(100, 0), (200, 1), (300, 3), (400, 4)], heldOut: 2,
            [new(300, 1, 0, 2 * Hour), new(400, 1, 1, 2 * Hour), new(500, 1, 2, 2 * Hour), new(600, 1, 3, 2 * Hour), new(100, 1, 4, (3 * Hour) + 9)]);
        var (cases, lists) = CasesOf(log, split, [new(0, 2), new(0, 3)]);

        // What was scrolled to after the play wasn't passed over for it; what else was played wasn't either.
        Assert.Equal([300, 500, 600], cases[0].Items.Select(item => (int)log.ItemNumbers[item]));
        Assert.Equal([400, 500, 600, 100], cases[1].Items.Select(item => (int)log.ItemNumbers[item]));
        Assert.Equal([true, true, false, false], Assert.Single(lists).Played);
    }

    [Fact]
    public void Lists_that_were_shown_without_places_have_the_mean_of_those_that_are_known()
    {
        // List 1, of which several items would be the first, has none. List 2 has: places 0 (shown twice), 3 and 8.
        var (log, split) = Log(
            [(100, 0), (200, 1), (300, 3), (400, 5)], heldOut: 2,
            [new(300, 1, 0, 2 * Hour), new(500, 1, 0, 2 * Hour), new(600, 1, 0, 2 * Hour), new(500, 2, 0, 4 * Hour), new(500, 2, 0, 4 * Hour), new(400, 2, 3, 4 * Hour), new(600, 2, 8, 4 * Hour)]);
        Assert.Equal([-1, -1, -1, 0, 0, 3, 8], log.Shown!.Positions);
        var (cases, lists) = CasesOf(log, split, [new(0, 2), new(0, 3)]);
        double[] known = [0, Math.Log(4), Math.Log(9)];
        Assert.All(cases[0].Column((int)RankerFeature.Position).ToArray(), place => Assert.Equal(known.Average(), place, 1e-5));
        Assert.Equal(known, cases[1].Column((int)RankerFeature.Position).ToArray().Select(place => (double)place), new Near());
        Assert.Equal(2, lists.Length);
        Assert.Equal([known.Average(), known.Average(), known.Average()], lists[0].Column((int)RankerFeature.Position).ToArray().Select(place => (double)place), new Near());
    }

    [Fact]
    public void A_play_was_chosen_when_it_began()
    {
        // Shown while the play ran: that wasn't why. It took an hour and 39 minutes of a film of 100.
        var (log, split) = Log([(100, 0), (200, 1), (300, 2), (400, 10)], heldOut: 3, [new(400, 1, 0, 8 * Hour), new(500, 1, 1, 8 * Hour), new(400, 2, 0, 9 * Hour), new(600, 2, 1, 9 * Hour)]);
        log = log with { Facts = [.. log.ItemNumbers.Select(number => number == 400 ? new TrainingItemFacts(0, 100 * 60_000, default) : TrainingItemFacts.Unknown)] };
        var one = Assert.Single(CasesOf(log, split, [new(0, 3)]).Cases);
        Assert.Equal([400, 500], one.Items.Select(item => (int)log.ItemNumbers[item]));
        Assert.Equal((10 * Hour) - (100 * 60_000), log.ChosenMs(3, 0));
        Assert.Equal(2 * Hour, log.ChosenMs(2, 0));
    }

    [Fact]
    public void Features_do_not_know_the_target_nor_what_came_after()
    {
        // The same but for what is held out, with categories and lists: item 4 is of a category of its own.
        TrainingExposure[] shown = [new(400, 8, 2, 3 * Hour - 9), new(500, 8, 5, 3 * Hour - 9), new(600, 8, 6, 3 * Hour - 9)];
        var (first, split) = Log([(100, 0), (200, 1), (300, 2), (400, 3), (400, 9)], heldOut: 3, shown);
        var (second, _) = Log([(100, 0), (200, 1), (300, 2), (600, 3), (600, 9)], heldOut: 3, shown);
        var (a, b) = (Assert.Single(CasesOf(WithCategories(first), split, [new(0, 3)]).Cases), Assert.Single(CasesOf(WithCategories(second), split, [new(0, 3)]).Cases));
        Assert.Equal(a.Items, b.Items);
        Assert.NotEqual(a.Target, b.Target);
        for (var feature = 0; feature < RankerTable.FeatureCount; feature++)
            Assert.Equal(a.Column(feature).ToArray(), b.Column(feature).ToArray());
        Assert.Equal(0, a.Column((int)RankerFeature.CategoryAffinity)[a.Target]);
        Assert.True(a.Column((int)RankerFeature.CategoryAffinity)[1] > 0);

        static InteractionLog WithCategories(InteractionLog log) => log with
        {
            Facts = [.. log.ItemNumbers.Select(number => new TrainingItemFacts(0, 0, new ulong[] { number is 400 or 600 ? number : 1 }))],
        };
    }

    [Fact]
    public void A_set_gives_facts_and_lists_to_the_right_items_and_users_and_leaving_out_drops_the_lists()
    {
        // User 0 did nothing, user 2 was shown something.
        var set = new TrainingSet
        {
            Manifest = null!,
            UserOffsets = [0, 0, 1, 4],
            Items = [7, 5, 7, 5],
            Kinds = [1, 1, 1, 1],
            Strengths = [250, 250, 250, 250],
            TimesMs = [1, 1, 2, 3],
            ItemNumbers = [5, 6, 7],
            ItemIds = ["5", "6", "7"],
            ItemFacts = [new(50, 0, default), new(60, 0, default), new(70, 0, default)],
            Exposures = new([0, 1, 1, 3], [5, 7, 99], [0, 3, 3], [1, 0, 4], [1, 2, 2]),
        };
        var log = TrainingSetLog.Convert(set);
        Assert.Equal([50L, 70L], log.Facts!.Select(facts => facts.BornMs));
        Assert.Equal([0, 0, 2], log.Shown!.UserStarts);
        Assert.Equal([1, -1], log.Shown.Items);
        Assert.Equal([0, 4], log.Shown.Positions);
        var left = LeaveOut.Apply(log, 1);
        Assert.Null(left.Shown);
        Assert.Equal(left.ItemNumbers.Select(number => number * 10L), left.Facts!.Select(facts => facts.BornMs));
    }

    [Fact]
    public void A_ranker_of_what_was_shown_learns_what_was_played_of_it_and_not_what_was_shown()
    {
        // An earlier model showed what trends; of that, what is near is played. Among all candidates what trends looks best.
        var random = new Random(5);
        RankerCase[] shown = [.. Enumerable.Range(0, 400).Select(user => Case(user, [.. Enumerable.Range(0, 10).Select(_ => (0.8f + (0.2f * random.NextSingle()), random.NextSingle()))]))];
        RankerCase[] all = [.. shown.Select(one => WithOthers(one, random))];
        var (fromShown, fromAll) = (Fit(shown), Fit(all));
        Assert.True(fromShown.Linear[(int)RankerFeature.Similar] > 0.3);
        Assert.InRange(fromShown.Linear[(int)RankerFeature.Trending], -0.2, 0.2);
        Assert.True(fromAll.Linear[(int)RankerFeature.Trending] > 1);

        static RankerWeights Fit(RankerCase[] cases) => RankerTrainer.Fit(cases, deep: false, 1e-3f, seed: 1, default);

        static RankerCase WithOthers(RankerCase one, Random random) =>
            Case(one.User, [.. Rows(one), .. Enumerable.Range(0, 40).Select(_ => (0.8f * random.NextSingle(), random.NextSingle()))], one.Target);

        static IEnumerable<(float, float)> Rows(RankerCase one) =>
            Enumerable.Range(0, one.Count).Select(i => (one.Column((int)RankerFeature.Trending)[i], one.Column((int)RankerFeature.Similar)[i]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(10)]
    public void Calibration_finds_rare_plays_whatever_the_spread_of_logits(double spread)
    {
        var random = new Random(4);
        var rows = Enumerable.Range(0, 30_000).Select(i =>
        {
            var logit = (float)(spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            return (logit, random.NextDouble() < 1 / (1 + Math.Exp(3 - (0.3 * logit))), i % 3);
        }).ToArray();
        var calibration = CalibrationFit.Of(rows)!;
        Assert.Equal(0.3, calibration.Slope, 0.06);
        Assert.Equal(-3, calibration.Intercept, 0.15);
        Assert.True(calibration.LogLoss < calibration.BaseLogLoss);
        Assert.True(calibration.Error < 0.02);
    }

    [Fact]
    public void Calibration_finds_the_odds_and_measures_them_on_others()
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, 30_000).Select(i =>
        {
            var logit = (4 * random.NextSingle()) - 2;
            return (logit, random.NextDouble() < 1 / (1 + Math.Exp(1.5 - (0.7 * logit))), i % 3);
        }).ToArray();
        var calibration = CalibrationFit.Of(rows)!;
        Assert.Equal(0.7, calibration.Slope, 0.06);
        Assert.Equal(-1.5, calibration.Intercept, 0.06);
        Assert.Equal(rows.Average(row => row.Item2 ? 1.0 : 0), calibration.PlayRate, 1e-9);
        Assert.True(calibration.LogLoss < calibration.BaseLogLoss - 0.01);
        Assert.True(calibration.Error < 0.015);
        Assert.Equal(Math.Log(1 / (1 + Math.Exp(-((calibration.Slope * 3) + calibration.Intercept)))), calibration.LogProbability(3), 1e-5);
        Assert.Equal((calibration.Slope * -400) + calibration.Intercept, calibration.LogProbability(-400), 1e-3);

        // A fold whose odds are the other way round is measured by the others' fit: that's worse than one probability for all, which a fit to all folds would hide.
        Assert.Null(CalibrationFit.Of([.. rows.Select(row => row.Item3 == 0 ? (-row.logit, row.Item2, 0) : row)]));
        Assert.Null(CalibrationFit.Of(rows[..50]));
        Assert.Null(CalibrationFit.Of([.. rows.Select(row => (-row.logit, row.Item2, row.Item3))]));
    }

    [Fact]
    public void Facts_are_those_of_what_may_be_looked_at_drawn_to_the_usual()
    {
        var builder = new InteractionLogBuilder();

        // 1970-01-05 was a Monday. Item 100 is completed by 20 of 20, item 200 by 5 of 20; what is held out would say otherwise.
        var monday = 4 * Day;
        for (var i = 0; i < 20; i++)
        {
            builder.Add(i, 100, InteractionKind.Play, 250, monday + Hour);
            builder.Add(i, 200, InteractionKind.Play, i < 5 ? (byte)250 : (byte)100, monday + (13 * Hour));
            builder.Add(i, 300, InteractionKind.Play, 250, monday + (5 * Day) + (19 * Hour));
            builder.Add(i, 100, InteractionKind.Play, 50, monday + (6 * Day));
        }
        var log = builder.Build() with { Facts = [new(3 * Day, 60_000, new ulong[] { 7, 8 }), new(9 * Day, 120_000, new ulong[] { 8 }), TrainingItemFacts.Unknown] };
        int[] ends = [.. Enumerable.Range(0, 20).Select(user => log.UserStarts[user] + 2)];
        var facts = ItemFactsFit.Of(log, ends);
        Assert.Equal(Math.Log(1 + 2), facts.Age(0, 5 * Day), 1e-5);

        // Written after it was first played; never seen.
        Assert.Equal(Math.Log(1 + 1 - (13 / 24.0)), facts.Age(1, 5 * Day), 1e-5);
        Assert.True(float.IsNaN(facts.Age(2, 5 * Day)));
        Assert.Equal(Math.Log((20 + (10 * 0.625)) / (30 * 0.625)), facts.WorthOfPlay(0, RankingObjective.Completion), 1e-5);
        Assert.Equal(Math.Log((5 + (10 * 0.625)) / (30 * 0.625)), facts.WorthOfPlay(1, RankingObjective.Completion), 1e-5);
        Assert.Equal(0, facts.WorthOfPlay(2, RankingObjective.Completion), 1e-5);

        // Items are played to 20 and 11 of 20 in the sum of shares; a play lasts 63 s in the mean. Of item 2, whose length nobody knows, the mean length is taken.
        Assert.Equal(Math.Log((11 + (10 * 31 / 40.0)) / 30 * 120 / 63), facts.WorthOfPlay(1, RankingObjective.PlayedTime), 1e-5);
        Assert.Equal(Math.Log(31 / 40.0 * 90 / 63), facts.WorthOfPlay(2, RankingObjective.PlayedTime), 1e-5);
        Assert.Equal(0, facts.WorthOfPlay(0, RankingObjective.Play));

        // Both are half of all plays: at one in the morning item 0 has all of them, drawn to that half.
        Assert.Equal(Math.Log((20 + (10 * 0.5)) / (30 * 0.5)), facts.TimeOfWeek(0, ItemFacts.PartOfWeek(monday + Hour)), 1e-5);
        Assert.Equal((0, 2, 7), (ItemFacts.PartOfWeek(monday + Hour), ItemFacts.PartOfWeek(monday + (13 * Hour)), ItemFacts.PartOfWeek(monday + (5 * Day) + (19 * Hour))));

        // Two of three that count are of item 1; -1 isn't known.
        var profile = new float[facts.CategoryCount];
        facts.AddProfile([0, -1, 1], 1, profile);
        var (newest, oldest) = (1 / (1 + (0.96f * 0.96f)), 0.96f * 0.96f / (1 + (0.96f * 0.96f)));
        Assert.Equal(newest + (oldest / 2), facts.Affinity(1, profile), 1e-5f);
        Assert.Equal((newest + (oldest / 2) + (oldest / 2)) / 2, facts.Affinity(0, profile), 1e-5f);
        Assert.Equal(0, facts.Affinity(2, profile));
    }

    [Fact]
    public void Facts_that_do_not_fit_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => new ItemFacts([1, 1], [0, 1], [0], new float[16], new float[2], new float[2]));
        Assert.Throws<InvalidDataException>(() => new ItemFacts([1], [0, 2], [0], new float[8], new float[1], new float[1]));
        Assert.Throws<InvalidDataException>(() => new ItemFacts([1], [0, 1], [-1], new float[8], new float[1], new float[1]));
        Assert.Throws<InvalidDataException>(() => new ItemFacts([float.NaN], [0, 1], [0], new float[8], new float[1], new float[1]));
    }

    /// <summary>User 0 with plays at hours, shown these; others who play items 100 to 600 so that all are known.</summary>
    private static (InteractionLog Log, ValidationSplit Split) Log((uint Item, int Hour)[] plays, int heldOut, TrainingExposure[] shown)
    {
        var builder = new InteractionLogBuilder();
        foreach (var (item, hour) in plays)
            builder.Add(0, item, InteractionKind.Play, 250, hour * Hour);
        for (var user = 1; user < 8; user++)
            for (var i = 0; i < 6; i++)
                builder.Add(user, (uint)(100 * (1 + ((i + user) % 6))), InteractionKind.Play, 250, (user * Day) + (i << (user + 10)));
        var log = builder.Build();
        var exposures = new TrainingExposures(
            [0, shown.Length, .. Enumerable.Repeat(shown.Length, log.UserCount - 1)], [.. shown.Select(one => one.Item)], [.. shown.Select(one => one.List)],
            [.. shown.Select(one => one.Position)], [.. shown.Select(one => one.TimeMs)]);
        log = log with { Shown = ShownLists.Of(exposures, [.. Enumerable.Range(0, log.UserCount)], log) };
        int[] ends = [.. log.UserStarts.Skip(1)];
        ends[0] = heldOut;
        return (log, new ValidationSplit { TrainingEnds = ends, Users = [0] });
    }

    private static (RankerCase[] Cases, RankerCase[] Lists) CasesOf(InteractionLog log, ValidationSplit split, HeldOutTarget[] targets)
    {
        var own = TargetColumns.Of(log, split.TrainingEnds);
        var taste = TasteSelection.Fit(own.Items, own.Kinds, own.Strengths, log.ItemCount, new TasteOptions { Dimensions = 4, Epochs = 2 });
        var weights = SessionWeights.CreateRandom(Settings.Network, log.ItemCount, 1);
        var logits = new SessionValidator(log, split, Settings, null).Logits(weights, targets, timeKnown: false, default);
        var popularity = Array.ConvertAll(log.CountTargets(split.TrainingEnds), count => (float)count);
        var sources = new SourceModels(ModelPartners.None, taste, null, null, popularity, ItemFactsFit.Of(log, split.TrainingEnds));
        return new RankerCases(log, Settings, sources).Of(targets, logits, default);
    }

    private static RankerCase Case(int user, (float Trending, float Similar)[] rows, int? target = null)
    {
        var best = target ?? Enumerable.Range(0, rows.Length).MaxBy(i => rows[i].Similar);
        var one = new RankerCase(user, new float[RankerTable.FeatureCount * rows.Length], rows.Length, best, [.. Enumerable.Range(0, rows.Length)], 1);
        for (var i = 0; i < rows.Length; i++)
            (one.Column((int)RankerFeature.Trending)[i], one.Column((int)RankerFeature.Similar)[i]) = rows[i];
        return one;
    }

    private sealed class Near : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-5;

        public int GetHashCode(double value) => 0;
    }
}
