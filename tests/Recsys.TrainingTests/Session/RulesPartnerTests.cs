using Recsys.Inference.Artefacts;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Session;

/// <summary>Rules beside the network where they help, and none where they don't.</summary>
public sealed class RulesPartnerTests
{
    // Hardly trained: what it doesn't know yet, rules do.
    private static readonly TrainingSettings Settings = SampleSettings.Tiny with { Epochs = 1, LearningRate = 1e-4, Network = SampleSettings.Sizes(16, 16, 1) };

    [Fact]
    public void Rules_when_the_network_knows_less_then_they_are_in_the_artefact_and_the_figures_are_of_both()
    {
        using var folder = new TemporaryFolder();
        var log = SampleLogs.Chains(users: 200, items: 40, length: 12, seed: 1);
        var with = Train(log, Settings);
        var without = Train(log, Settings with { Rules = false });

        Assert.Null(without.Rules);
        Assert.Equal(without.Weights.Values, with.Weights.Values);
        Assert.True(with.RulesWeight > 0);
        Assert.True(with.Metrics[1].Ndcg > without.Metrics[1].Ndcg + 0.2, $"{with.Metrics[1].Ndcg} with rules, {without.Metrics[1].Ndcg} without");

        SessionArtefacts.Write(folder.Child("model"), log, Settings, with, DateTimeOffset.UnixEpoch);
        var opened = SessionArtefact.Open(folder.Child("model"));
        Assert.Equal((with.RulesWeight, with.Rules!.Count), (opened.Settings.RulesWeight, opened.Rules!.Count));
    }

    [Fact]
    public void Rules_when_the_network_knows_all_then_there_are_none()
    {
        var log = SampleLogs.Cycle(users: 200, items: 30, length: 20);
        var trained = Train(log, Settings with { Epochs = 12, LearningRate = 2e-2 });

        Assert.Equal(1, trained.Metrics[1].Ndcg, 1e-9);
        Assert.Equal((null, 0f), (trained.Rules, trained.RulesWeight));
    }

    [Fact]
    public void Rules_when_refitted_then_they_have_learned_what_was_held_out()
    {
        // Item 39 follows item 29 only in what is held out.
        var log = SampleLogs.Plays(users: 200, length: 12, (user, i, last) => i == 11 ? 39 : i == 10 ? 29 : i == 0 ? user % 29 : (last + 1) % 29);
        var split = ValidationSplit.Create(log, seed: 1, maxUsers: 150);
        int RulesTo39(bool refit) => new SessionTraining(log, split, Settings with { Refit = refit }, new ProgressList(), TimeProvider.System, TextWriter.Null)
            .Run(null, resume: false, default).Rules is { } rules && rules.WeightsOf(29).Length > 0
            && rules.TargetsOf(29).IndexOf(log.ItemCount - 1) is >= 0 and var place && rules.WeightsOf(29)[place] is var weight ? (int)(weight * 1000) : 0;

        Assert.True(RulesTo39(refit: true) > RulesTo39(refit: false), $"{RulesTo39(refit: true)} thousandths after the refit, {RulesTo39(refit: false)} without");
    }

    private static TrainedSession Train(InteractionLog log, TrainingSettings settings) =>
        new SessionTraining(log, ValidationSplit.Create(log, settings.Seed), settings, new ProgressList(), TimeProvider.System, TextWriter.Null).Run(null, resume: false, default);
}
