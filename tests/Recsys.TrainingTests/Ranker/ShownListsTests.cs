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
        var (cases, unplayed) = CasesOf(log, split, [new(0, 3)]);
        var one = Assert.Single(cases);
        Assert.True(one.IsShown);
        Assert.Equal([400, 500, 600], one.Items.Select(item => (int)log.ItemNumbers[item]));
        Assert.Equal(400u, log.ItemNumbers[one.Items[one.Target]]);
        Assert.Equal([Math.Log(3), Math.Log(6), Math.Log(7)], one.Column((int)RankerFeature.Position).ToArray().Select(value => (double)value), new Near());
        Assert.InRange(one.SessionRank, 1, 3);
        Assert.Empty(unplayed);
    }

    [Fact]
    public void Targets_that_no_list_showed_are_among_what_the_sources_propose()
    {
        // Shown a day and an hour before it was played, or after it: that wasn't why.
        var (log, split) = Log([(100, 0), (200, 1), (300, 2), (400, 30)], heldOut: 3, [new(400, 1, 0, 5 * Hour), new(500, 1, 1, 5 * Hour), new(400, 2, 0, 31 * Hour)]);
        var one = Assert.Single(CasesOf(log, split, [new(0, 3)]).Cases);
        Assert.False(one.IsShown);
        Assert.Equal(log.ItemCount, one.Count);

        // Nobody knows its place: it's what places are in the mean, here of the list of which nothing was played.
        Assert.All(one.Column((int)RankerFeature.Position).ToArray(), value => Assert.Equal(Math.Log(2) / 2, value, 1e-6));
    }

    [Fact]
    public void Lists_of_which_nothing_was_played_are_kept_apart()
    {
        var (log, split) = Log(
            [(100, 0), (200, 1), (300, 10), (400, 20)], heldOut: 3,
            [new(500, 1, 0, 9 * Hour), new(500, 2, 0, 12 * Hour), new(600, 2, 1, 12 * Hour), new(400, 3, 0, 15 * Hour), new(600, 3, 1, 15 * Hour), new(600, 4, 1, 21 * Hour)]);
        var (cases, unplayed) = CasesOf(log, split, [new(0, 3)]);
        Assert.True(Assert.Single(cases).IsShown);

        // List 1 is older than the interaction before, list 3 was played, list 4 came later.
        var list = Assert.Single(unplayed);
        Assert.Equal((-1, true), (list.Target, list.IsShown));
        Assert.Equal([500, 600], list.Items.Select(item => (int)log.ItemNumbers[item]));
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

        // A fold whose odds are the other way round is measured by the others' fit: that's an error, which a fit to all would hide.
        var turned = rows.Select(row => row.Item3 == 0 ? (-row.logit, row.Item2, 0) : row).ToArray();
        Assert.True(CalibrationFit.Of(turned)!.LogLoss > calibration.LogLoss + 0.03);
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
        var (first, second) = (20 * 60.0, ((5 * 1.0) + (15 * 0.4)) * 120);
        var usual = (first + second) / 40;
        Assert.Equal(Math.Log((second + (10 * usual)) / (30 * usual)), facts.WorthOfPlay(1, RankingObjective.PlayedTime), 1e-5);
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

    private static (RankerCase[] Cases, RankerCase[] Unplayed) CasesOf(InteractionLog log, ValidationSplit split, HeldOutTarget[] targets)
    {
        var own = TargetColumns.Of(log, split.TrainingEnds);
        var taste = TasteSelection.Fit(own.Items, own.Kinds, own.Strengths, log.ItemCount, new TasteOptions { Dimensions = 4, Epochs = 2 });
        var weights = SessionWeights.CreateRandom(Settings.Network, log.ItemCount, 1);
        var logits = new SessionValidator(log, split, Settings, null).Logits(weights, targets, timeKnown: false, default);
        var popularity = Array.ConvertAll(log.CountTargets(split.TrainingEnds), count => (float)count);
        var sources = new SourceModels(ModelPartners.None, taste, null, null, popularity, ItemFactsFit.Of(log, split.TrainingEnds));
        return new RankerCases(log, split, Settings, sources).Of(targets, logits, default);
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
