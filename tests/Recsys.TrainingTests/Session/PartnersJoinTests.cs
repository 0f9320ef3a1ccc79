using Recsys.Inference.Artefacts;
using Recsys.Inference.Partners;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Session;

/// <summary>Partners beside the network where they help, and none where they don't.</summary>
public sealed class PartnersJoinTests
{
    // Hardly trained: what it doesn't know yet, partners do.
    private static readonly TrainingSettings Settings = SampleSettings.Tiny with { Epochs = 1, LearningRate = 1e-4, Network = SampleSettings.Sizes(16, 16, 1) };

    private static readonly TrainingSettings NeighboursOnly = Settings with { Rules = false };

    [Fact]
    public void Rules_when_the_network_knows_less_then_they_are_in_the_artefact_and_the_figures_are_of_both()
    {
        using var folder = new TemporaryFolder();
        var log = SampleLogs.Chains(users: 200, items: 40, length: 12, seed: 1);
        var with = Train(log, Settings);
        var without = Train(log, Settings with { Rules = false, Neighbours = false });

        Assert.Same(ModelPartners.None, without.Partners);
        Assert.Equal(without.Weights.Values, with.Weights.Values);
        Assert.True(with.Partners.Weights.Rules > 0);
        Assert.True(with.Metrics[1].Ndcg > without.Metrics[1].Ndcg + 0.2, $"{with.Metrics[1].Ndcg} with rules, {without.Metrics[1].Ndcg} without");

        SessionArtefacts.Write(folder.Child("model"), log, Settings, with, DateTimeOffset.UnixEpoch);
        var opened = SessionArtefact.Open(folder.Child("model")).Partners;
        Assert.Equal((with.Partners.Weights, with.Partners.Rules!.Count), (opened.Weights, opened.Rules!.Count));
    }

    [Fact]
    public void Neighbours_when_the_network_knows_less_then_they_are_in_the_artefact_and_say_the_same_there()
    {
        using var folder = new TemporaryFolder();
        var log = SampleLogs.Chains(users: 200, items: 40, length: 12, seed: 1);
        var with = Train(log, NeighboursOnly);
        var without = Train(log, NeighboursOnly with { Neighbours = false });

        Assert.True(with.Partners is { Rules: null, Weights: { Rules: 0, Neighbours: > 0 } });
        Assert.True(with.Metrics[1].Ndcg > without.Metrics[1].Ndcg + 0.1, $"{with.Metrics[1].Ndcg} with neighbours, {without.Metrics[1].Ndcg} without");

        SessionArtefacts.Write(folder.Child("model"), log, NeighboursOnly, with, DateTimeOffset.UnixEpoch);
        var opened = SessionArtefact.Open(folder.Child("model")).Partners;
        Assert.Equal(with.Partners.Weights, opened.Weights);
        var (expected, found) = (new float[log.ItemCount], new float[log.ItemCount]);
        with.Partners.Add([3, 4, 5], expected);
        opened.Add([3, 4, 5], found);
        Assert.Equal(expected, found);
        Assert.Contains(expected, score => score > 0);
    }

    [Fact]
    public void Neighbours_when_what_comes_next_is_drawn_by_lot_then_there_are_none()
    {
        var random = new Random(4);
        var log = SampleLogs.Plays(users: 150, length: 10, (_, _, _) => random.Next(100));
        Assert.Same(ModelPartners.None, Train(log, NeighboursOnly).Partners);
    }

    [Fact]
    public void Neighbours_when_each_user_has_held_out_items_of_their_own_then_nothing_of_these_leaks()
    {
        // Each user's last two items are one that nobody else has, twice: only the own sequence, or one with the held-out interaction in it, can name it.
        var log = SampleLogs.Plays(users: 200, length: 8, (user, i, last) => i >= 6 ? 50 + user : (user + (3 * i)) % 50);
        var trained = Train(log, NeighboursOnly with { MaskOwnItems = false });
        Assert.True(trained.Metrics[1].Recall < 0.05, $"{trained.Metrics[1]}");
        Assert.Same(ModelPartners.None, trained.Partners);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Neighbours_in_the_end_have_what_was_held_out_whether_the_network_learns_it_or_not(bool refit)
    {
        // Item 39 follows item 29 only in what is held out.
        var log = SampleLogs.Plays(users: 200, length: 12, (user, i, last) => i == 11 ? 39 : i == 10 ? 29 : i == 0 ? user % 29 : (last + 1) % 29);
        var split = ValidationSplit.Create(log, seed: 1, maxUsers: 150);
        var neighbours = new SessionTraining(log, split, NeighboursOnly with { Refit = refit }, new ProgressList(), TimeProvider.System, TextWriter.Null)
            .Run(null, resume: false, default).Partners.Neighbours!;

        Assert.Equal(200, neighbours.CopyItems().Count(item => item == log.ItemCount - 1));
    }

    [Fact]
    public void Rules_when_the_network_knows_all_then_there_are_none()
    {
        var log = SampleLogs.Cycle(users: 200, items: 30, length: 20);
        var trained = Train(log, Settings with { Epochs = 12, LearningRate = 2e-2 });

        Assert.Equal(1, trained.Metrics[1].Ndcg, 1e-9);
        Assert.Same(ModelPartners.None, trained.Partners);
    }

    [Fact]
    public void Rules_in_the_end_have_learned_what_was_held_out_whether_the_network_learns_it_or_not()
    {
        // Item 39 follows item 29 only in what is held out.
        var log = SampleLogs.Plays(users: 200, length: 12, (user, i, last) => i == 11 ? 39 : i == 10 ? 29 : i == 0 ? user % 29 : (last + 1) % 29);
        var split = ValidationSplit.Create(log, seed: 1, maxUsers: 150);
        int RulesTo39(bool refit) => new SessionTraining(log, split, Settings with { Refit = refit, Neighbours = false }, new ProgressList(), TimeProvider.System, TextWriter.Null)
            .Run(null, resume: false, default).Partners.Rules is { } rules && rules.WeightsOf(29).Length > 0
            && rules.TargetsOf(29).IndexOf(log.ItemCount - 1) is >= 0 and var place && rules.WeightsOf(29)[place] is var weight ? (int)(weight * 1000) : 0;

        // All 200 users' last interaction leads from 29 to 39; without those held out it would be 50 of them.
        Assert.InRange(RulesTo39(refit: false), 1, int.MaxValue);
        Assert.Equal(RulesTo39(refit: true), RulesTo39(refit: false));
    }

    [Fact]
    public void Rules_when_what_is_held_out_follows_nowhere_else_then_nothing_of_it_leaks()
    {
        // Two users at a time have an interaction before the last that only they have, and the same last one: rules that had seen what is held out would name it.
        var log = SampleLogs.Plays(users: 200, length: 8, (user, i, _) => i == 7 ? 150 + (user / 2) : i == 6 ? 50 + (user / 2) : (user + (3 * i)) % 50);
        var trained = Train(log, Settings with { Neighbours = false });
        Assert.True(trained.Metrics[2].Recall < 0.1, $"{trained.Metrics[2]}");
    }

    /// <summary>A user's ring keeps no more than a window: what partners say of older interactions is served to nobody.</summary>
    [Theory]
    [InlineData(3, false)]
    [InlineData(200, true)]
    public void Rules_when_what_tells_lies_before_the_window_then_they_do_not_know_it_either(int window, bool known)
    {
        // The first item tells the last one, with five drawn by lot in between.
        var random = new Random(3);
        var log = SampleLogs.Plays(users: 600, length: 7, (user, i, _) => i == 0 ? user % 20 : i == 6 ? 20 + (user % 20) : 40 + random.Next(60));
        var trained = Train(log, Settings with { Neighbours = false, WindowLength = window });
        Assert.True(known ? trained.Metrics[0].Recall > 0.6 : trained.Metrics[0].Recall < 0.4, $"{trained.Metrics[0]}");
    }

    [Fact]
    public void Partners_when_too_few_are_held_out_to_tell_then_there_are_none_and_it_is_said()
    {
        var progress = new ProgressList();
        var log = SampleLogs.Chains(users: 29, items: 10, length: 12, seed: 1);
        var trained = new SessionTraining(log, ValidationSplit.Create(log, 1), Settings, progress, TimeProvider.System, TextWriter.Null).Run(null, resume: false, default);
        Assert.Same(ModelPartners.None, trained.Partners);
        Assert.Contains(progress.Reports, report => report.Message.Contains("29 held-out users are too few", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Rules_when_habits_have_changed_then_recent_ones_count_where_times_tell(bool timesTell, bool refit)
    {
        // Most users, long ago: the next item. The others, now: the seventh after it. The latter are asked. By made-up times theirs would be the newest, where they are longer.
        const int users = 300, items = 30;
        var (old, length) = timesTell ? (200, 8) : (260, 16);
        var builder = new InteractionLogBuilder();
        for (var user = 0; user < users; user++)
        {
            var recent = user >= old;
            var time = timesTell && recent ? 1_000_000_000L : 0;
            for (var i = 0; i < (recent ? length : 8); i++)
            {
                builder.Add(user, (uint)(1 + ((user + (i * (recent ? 7 : 1))) % items)), Inference.InteractionKind.Play, 250, time);
                time += timesTell ? 1_000L << i : 60_000;
            }
        }
        var log = builder.Build();
        var everybody = ValidationSplit.Create(log, seed: 1, maxUsers: users);
        var split = new ValidationSplit
        {
            Users = [.. everybody.Users.Where(user => user >= old)],
            TrainingEnds = [.. everybody.TrainingEnds.Select((end, user) => user >= old ? end : log.UserStarts[user + 1])],
        };
        var how = Settings with { Neighbours = false, Refit = refit };
        var rules = new SessionTraining(log, split, how, new ProgressList(), TimeProvider.System, TextWriter.Null).Run(null, resume: false, default).Partners.Rules!;

        float Weight(int to) => rules.TargetsOf(5).IndexOf(to) is >= 0 and var place ? rules.WeightsOf(5)[place] : 0;
        Assert.Equal(timesTell, Weight(12) > Weight(6));
    }

    private static TrainedSession Train(InteractionLog log, TrainingSettings settings) =>
        new SessionTraining(log, ValidationSplit.Create(log, settings.Seed), settings, new ProgressList(), TimeProvider.System, TextWriter.Null).Run(null, resume: false, default);
}
