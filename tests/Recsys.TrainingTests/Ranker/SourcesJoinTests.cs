using Recsys.Inference;
using Recsys.Inference.Artefacts;
using Recsys.Inference.Partners;
using Recsys.Inference.Ranker;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;
using Recsys.Training.Ranker;
using Recsys.Training.Session;
using Recsys.Training.Windows;
using Recsys.TrainingTests.Session;

namespace Recsys.TrainingTests.Ranker;

/// <summary>Taste, linear weights and the ranker beside a network.</summary>
public sealed class SourcesJoinTests
{
    // Hardly trained: what it doesn't know, the other sources do.
    private static readonly TrainingSettings Settings = SampleSettings.Tiny with
    {
        Epochs = 1,
        LearningRate = 1e-4,
        Network = SampleSettings.Sizes(16, 16, 1),
        Sources = true,
        Rules = false,
        Neighbours = false,
        MaskOwnItems = true,
    };

    [Fact]
    public void Sources_when_the_network_knows_less_then_the_ranker_ranks_by_them_and_the_artefact_holds_all()
    {
        using var folder = new TemporaryFolder();
        var log = Groups(users: 160);
        var progress = new ProgressList();
        var trained = new SessionTraining(log, ValidationSplit.Create(log, Settings.Seed, maxUsers: 160), Settings, progress, TimeProvider.System, TextWriter.Null).Run(null, resume: false, default);
        Assert.True(trained.Taste is not null && trained.Linear is not null && trained.Ranker is not null);
        Assert.Contains(progress.Reports, report => report.Message.StartsWith("ranker, ", StringComparison.Ordinal));

        SessionArtefacts.Write(folder.Child("model"), log, Settings, trained, DateTimeOffset.UnixEpoch);
        var artefact = SessionArtefact.Open(folder.Child("model"));
        Assert.Equal(trained.Taste.Items.Values, artefact.Sources.Taste!.Items.Values);
        Assert.Equal(trained.Taste.Options, artefact.Settings.Taste);
        Assert.Equal(trained.Linear.Targets, artefact.Sources.Linear!.Targets);
        Assert.Equal(trained.Ranker.Linear, artefact.Sources.Ranker!.Weights.Linear);
        Assert.Equal(RankerTable.FeatureNames, artefact.Settings.RankerFeatures);
        Assert.Equal(Settings.TrendingHalfLifeHours, artefact.Settings.TrendingHalfLifeHours);
    }

    [Fact]
    public void Sources_when_too_few_are_held_out_to_tell_then_there_are_none_and_it_is_said()
    {
        var progress = new ProgressList();
        var log = Groups(users: 99);
        var trained = new SessionTraining(log, ValidationSplit.Create(log, 1), Settings, progress, TimeProvider.System, TextWriter.Null).Run(null, resume: false, default);
        Assert.True(trained is { Taste: null, Linear: null, Ranker: null });
        Assert.Contains(progress.Reports, report => report.Message.Contains("99 held-out users are too few", StringComparison.Ordinal));
    }

    [Fact]
    public void Features_are_the_same_whatever_is_held_out()
    {
        var log = Groups(users: 150);
        var split = ValidationSplit.Create(log, seed: 1, maxUsers: 150);

        var first = CasesOf(log, split);
        foreach (var at in new[] { 0, 40, 149 })
        {
            // Another target of one user, of the items that everybody knows.
            var (items, held) = ((int[])log.Items.Clone(), split.TrainingEnds[split.Users[at]]);
            items[held] = (items[held] + 7) % log.ItemCount;
            var second = CasesOf(log with { Items = items }, split)[at];

            // The target itself may be seen: what is compared is everything else.
            var common = first[at].Items.Intersect(second.Items).ToArray();
            Assert.True(common.Length > 10);
            foreach (var item in common)
            {
                for (var f = 0; f < RankerTable.FeatureCount; f++)
                {
                    if (f is >= (int)RankerFeature.SessionRank and <= (int)RankerFeature.SimilarRank) continue;
                    Assert.Equal(Feature(first[at], f, item), Feature(second, f, item));
                }
            }
        }
    }

    [Fact]
    public void Partners_when_the_ranker_is_fitted_then_they_have_not_learned_what_is_held_out()
    {
        // Item 39 follows item 29 only in what is held out, which is the last of every other user; those in between go on as ever, which rules know.
        var log = SampleLogs.Plays(users: 200, length: 12, (user, i, last) => i == 11 && user % 2 == 0 ? 39 : i == 10 && user % 2 == 0 ? 29 : i == 0 ? user % 29 : (last + 1) % 29);
        var split = ValidationSplit.Create(log, seed: 1, maxUsers: 200);
        var settings = Settings with { Rules = true, Sources = false, MaskOwnItems = false };
        var weights = SessionWeights.CreateRandom(settings.Network, log.ItemCount, 1);
        var join = new PartnersJoin(log, split, settings, new ProgressList());
        var joined = join.Join(new TrainedSession(weights, 1, [], null, [], TimeSpan.Zero), new SessionValidator(log, split, settings, null), default);
        Assert.DoesNotContain(log.ItemCount - 1, joined.Partners.Rules!.TargetsOf(29).ToArray());
        Assert.Contains(log.ItemCount - 1, join.Refit(joined, default).Partners.Rules!.TargetsOf(29).ToArray());
    }

    [Fact]
    public void Trending_and_watched_next_are_what_was_played_before_the_moment_by_whomever()
    {
        var builder = new InteractionLogBuilder();
        const long hour = 3_600_000;
        // User 0 and 1 play item 1 at hours 0 and 24; everybody's last play is held out, but later cases know of it, as the server would.
        builder.Add(0, 1, InteractionKind.Play, 250, 0);
        builder.Add(0, 2, InteractionKind.Play, 250, hour);
        builder.Add(0, 3, InteractionKind.Play, 250, 30 * hour);
        builder.Add(1, 1, InteractionKind.Play, 250, 24 * hour);
        builder.Add(1, 1, InteractionKind.Play, 10, 25 * hour);
        builder.Add(1, 2, InteractionKind.Play, 250, 48 * hour);
        builder.Add(1, 3, InteractionKind.Play, 250, 72 * hour);
        var log = builder.Build();
        RankerCase[] cases = [.. new[] { 2, 6 }.Select(at => new RankerCase(0, new float[RankerTable.FeatureCount * 3], 3, 2, [0, 1, 2], 1) { MomentMs = log.TimesMs[at], Newest = [0, 1] })];
        TrendSweep.Fill(log, cases, 24 * hour);

        // At hour 30: item 1 from hour 0 and hour 24 (a play given up at once counts nothing), item 2 from hour 1, nothing of item 3.
        Assert.Equal(Math.Log(1 + Half(30) + Half(6)), Feature(cases[0], (int)RankerFeature.Trending, 0), 1e-5);
        Assert.Equal(Math.Log(1 + Half(29)), Feature(cases[0], (int)RankerFeature.Trending, 1), 1e-5);
        Assert.Equal(0, Feature(cases[0], (int)RankerFeature.Trending, 2));
        Assert.Equal(Math.Log(1 + Half(72) + Half(48)), Feature(cases[1], (int)RankerFeature.Trending, 0), 1e-5);
        Assert.Equal(Math.Log(1 + Half(71) + Half(24)), Feature(cases[1], (int)RankerFeature.Trending, 1), 1e-5);
        Assert.Equal(Math.Log(1 + Half(42)), Feature(cases[1], (int)RankerFeature.Trending, 2), 1e-5);
        Assert.Equal(Math.Log(1 + Half(72 / 30.0) + Half(48 / 30.0)), Feature(cases[1], (int)RankerFeature.Lasting, 0), 1e-5);

        // At hour 30 somebody went on from item 1, the last but one, to item 2. At hour 72 two did, one of them to item 3 as well, which followed item 2, too.
        Assert.Equal(Next(0.8 * Half(29 / 30.0)), Feature(cases[0], (int)RankerFeature.WatchedNext, 1), 1e-5);
        Assert.Equal(0, Feature(cases[0], (int)RankerFeature.WatchedNext, 2));
        Assert.Equal(0, Feature(cases[1], (int)RankerFeature.WatchedNext, 0));
        Assert.Equal(Next(0.8 * (Half(71 / 30.0) + Half(24 / 30.0))), Feature(cases[1], (int)RankerFeature.WatchedNext, 1), 1e-5);
        Assert.Equal(Next((1 + (0.8 * 0.8)) * Half(42 / 30.0)), Feature(cases[1], (int)RankerFeature.WatchedNext, 2), 1e-5);

        static double Next(double score) => Math.Log(1 + (10 * score));

        static double Half(double hours) => Math.Pow(0.5, hours / 24);
    }

    [Fact]
    public void Trending_counts_a_users_plays_of_an_item_once_a_half_life()
    {
        var builder = new InteractionLogBuilder();
        const long hour = 3_600_000;
        for (var play = 0; play < 40; play++) builder.Add(0, 1, InteractionKind.Play, 250, play * hour);
        builder.Add(0, 2, InteractionKind.Play, 250, 48 * hour);
        var log = builder.Build();
        RankerCase[] cases = [new(0, new float[RankerTable.FeatureCount * 2], 2, 1, [0, 1], 1) { MomentMs = 48 * hour }];
        TrendSweep.Fill(log, cases, 24 * hour);

        // Of hours 0 and 24; of those that last, hour 0 alone.
        Assert.Equal(Math.Log(1 + 0.25 + 0.5), Feature(cases[0], (int)RankerFeature.Trending, 0), 1e-5);
        Assert.Equal(Math.Log(1 + Math.Pow(0.5, 2.0 / SourceModels.LastingFactor)), Feature(cases[0], (int)RankerFeature.Lasting, 0), 1e-5);
    }

    private static RankerCase[] CasesOf(InteractionLog log, ValidationSplit split)
    {
        var own = TargetColumns.Of(log, split.TrainingEnds);
        var taste = TasteSelection.Fit(own.Items, own.Kinds, own.Strengths, log.ItemCount, new TasteOptions { Dimensions = 8, Epochs = 3 });
        var linear = ItemRulesFit.Fit(own.Items, null, log.ItemCount, new RulesOptions { Consistency = 1, Window = 1000, Decay = 1 });
        var popularity = Array.ConvertAll(log.CountTargets(split.TrainingEnds), count => (float)count);
        var weights = SessionWeights.CreateRandom(Settings.Network, log.ItemCount, 1);
        var targets = split.TargetsOf(log, split.Users);
        var logits = new SessionValidator(log, split, Settings, null).Logits(weights, targets, timeKnown: false, default);
        var sources = new SourceModels(ModelPartners.None, taste, linear, null, popularity, ItemFactsFit.Of(log, split.TrainingEnds));
        return new RankerCases(log, Settings, sources).Of(targets, logits, default).Cases;
    }

    private static float Feature(RankerCase one, int feature, int item) => one.Features[(feature * one.Count) + Array.IndexOf(one.Items, item)];

    /// <summary>Users come in five groups that play items of their own in any order: who plays what tells more than what comes next. Times tell.</summary>
    private static InteractionLog Groups(int users)
    {
        const int groups = 5, itemsOfGroup = 12, length = 8;
        var random = new Random(2);
        var builder = new InteractionLogBuilder();
        for (var user = 0; user < users; user++)
        {
            int[] items = [.. Enumerable.Range(0, itemsOfGroup)];
            random.Shuffle(items);
            var time = random.NextInt64(1_000_000_000);
            for (var i = 0; i < length; i++)
            {
                time += 1_000L << random.Next(20);
                builder.Add(user, (uint)(1 + (user % groups * itemsOfGroup) + items[i]), InteractionKind.Play, 250, time);
            }
        }
        return builder.Build();
    }
}
