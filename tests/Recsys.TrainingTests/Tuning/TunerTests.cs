using Recsys.Training;
using Recsys.Training.Session;
using Recsys.Training.Tuning;

namespace Recsys.TrainingTests.Tuning;

public sealed class TunerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tuning_when_done_again_then_it_gives_the_same_and_another_seed_gives_another()
    {
        var outcome = new TuningRun().Run(_folder.Child("one"));
        Assert.Equal(TuningRun.Report(outcome), TuningRun.Report(new TuningRun().Run(_folder.Child("two"))));
        Assert.NotEqual(TuningRun.Report(outcome), TuningRun.Report(new TuningRun { Seed = 2 }.Run(_folder.Child("three"))));

        // Four drawn trials and the preset of one epoch, then one and the preset of three.
        Assert.Equal([new(1, 4), new(3, 1)], outcome.Plan.Rungs);
        Assert.Equal(5 + 2, outcome.Trainings.Count);
        var first = outcome.Trainings.Where(training => training.Rung == 0 && training.Trial != 0).MaxBy(training => training.Ndcg())!;
        Assert.Equal(first.Trial, Assert.Single(outcome.Trainings, training => training.Rung == 1 && training.Trial != 0).Trial);
        Assert.All(outcome.Trainings, training => Assert.Equal(60, training.Ranks.Length));
    }

    [Fact]
    public void A_trials_training_when_compared_is_the_training_that_its_settings_give()
    {
        var run = new TuningRun();
        var outcome = run.Run(_folder.Child("state"));
        var split = Training.Windows.ValidationSplit.Create(run.Log, 1, maxUsers: 1_000);
        var settings = SettingsOf(outcome.Trials[2]) with { Epochs = 1, Rules = false, Neighbours = false };
        var trained = new SessionTraining(run.Log, split, settings, new Session.ProgressList(), TimeProvider.System, TextWriter.Null).Run(null, resume: false, default);
        Assert.Equal(trained.Metrics.Single(score => score.K == 10).Ndcg, outcome.Of(outcome.Trials[2], 0)!.Ndcg()!.Value, 1e-12);

        static TrainingSettings SettingsOf(Trial trial) => trial.Settings with { Seed = 1 };
    }

    [Fact]
    public void A_tuning_that_is_cancelled_at_any_point_when_it_goes_on_then_gives_the_same_and_repeats_no_training()
    {
        var whole = new TuningRun().Run(_folder.Child("whole"));
        var (interruptions, trainings) = (0, 0);
        for (var patience = 2; ; patience++)
        {
            using var cancellation = new CancellationTokenSource();
            var left = patience;
            var progress = new Session.ProgressList
            {
                OnReport = report =>
                {
                    if (report.Message.Contains(": NDCG@10 ", StringComparison.Ordinal) && report.Message.EndsWith(" s", StringComparison.Ordinal))
                        trainings++;
                    if (--left == 0)
                        cancellation.Cancel();
                },
            };
            try
            {
                Assert.Equal(TuningRun.Report(whole), TuningRun.Report(new TuningRun().Run(_folder.Child("cut"), progress, cancellation.Token)));
                break;
            }
            catch (OperationCanceledException)
            {
                interruptions++;
            }
        }

        Assert.InRange(interruptions, 3, 50);
        Assert.Equal(whole.Trainings.Count, trainings);
        Assert.Empty(Directory.GetFiles(_folder.Child("cut"), "*.checkpoint", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_state_of_something_else_when_gone_on_with_then_it_is_refused_by_what_is_different()
    {
        var run = new TuningRun { Trials = 2, Preset = SampleSettings.Tiny with { Epochs = 1 } };
        run.Run(_folder.Child("state"));
        Refused(new TuningRun { Trials = 2, Preset = run.Preset, Seed = 2 }, "now seed 2");
        Refused(new TuningRun { Trials = 3, Preset = run.Preset }, "now trials 3");
        Refused(new TuningRun { Trials = 2, Preset = run.Preset with { Epochs = 2 } }, "then preset's epochs 1");
        Refused(new TuningRun { Trials = 2, Preset = run.Preset, SpaceJson = """{"network.blocks": [1, 2]}""" }, "now space {\"network.blocks\":[1,2]}");
        Refused(new TuningRun { Trials = 2, Preset = run.Preset, Log = SampleLogs.Chains(users: 60, items: 30, length: 15, seed: 2) }, "now data ");
        using (TuningState.Open(_folder.Child("state")))
            Assert.Contains("another tuning runs on", Assert.Throws<TrainingException>(() => run.Run(_folder.Child("state"))).Message, StringComparison.Ordinal);
        run.Run(_folder.Child("state"));

        void Refused(TuningRun other, string said) =>
            Assert.Contains(said, Assert.Throws<TrainingException>(() => other.Run(_folder.Child("state"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_that_diverges_when_it_does_then_it_alone_fails_with_its_reason()
    {
        // Decay at this rate multiplies a weight by minus nine at each step.
        var run = new TuningRun
        {
            Trials = 7,
            Log = SampleLogs.Chains(users: 300, items: 20, length: 6, seed: 1),
            Preset = SampleSettings.Tiny with { Epochs = 3, BatchWindows = 1, Threads = 1 },
            SpaceJson = """{"learning_rate": [0.01, 1], "weight_decay": [10, 0.5], "block_dropout": [0, 0.3]}""",
        };
        var outcome = run.Run(_folder.Child("state"));
        var failed = outcome.Trainings.Where(training => training.Failed is not null).ToArray();
        Assert.NotEmpty(failed);
        Assert.All(failed, training => Assert.Contains("the training diverged at step", training.Failed, StringComparison.Ordinal));
        Assert.All(failed, training => Assert.Equal(0, training.Rung));
        Assert.Equal(1 + outcome.Plan.Rungs[1].Trials, outcome.Trainings.Count(training => training.Rung == 1));
        Assert.Contains("(the training diverged at step", TuningTable.Write(outcome), StringComparison.Ordinal);
        Assert.Contains("\"failed\":\"the training diverged", TuningRun.Report(outcome), StringComparison.Ordinal);
    }

    [Fact]
    public void A_budget_that_ends_when_it_does_then_what_was_found_is_reported_and_a_longer_one_goes_on_to_the_same_end()
    {
        var whole = new TuningRun { Trials = 10, Time = new TickingTime() }.Run(_folder.Child("whole"));
        var needed = whole.Seconds;
        foreach (var share in new[] { 0.1, 0.35, 0.6, 0.9 })
        {
            var (time, state) = (new TickingTime(), _folder.Child($"cut-{share}"));
            var cut = new TuningRun { Trials = 10, Limit = TimeSpan.FromSeconds(needed * share), Time = time }.Run(state);
            Assert.InRange(cut.NotTrained, 1, whole.Trainings.Count);
            Assert.InRange(time.Seconds, needed * share / 2, (needed * share) + 0.2);
            Assert.Contains("The time was up before", TuningTable.Write(cut), StringComparison.Ordinal);
            // Wherever there is time for it, the last rung has the preset and another.
            Assert.Equal(share > 0.5, cut.Verdict.Difference is not null);

            // Opened again with the same budget: what was used is used, but for the training that was stopped.
            new TuningRun { Trials = 10, Limit = TimeSpan.FromSeconds(needed * share), Time = time }.Run(state);
            Assert.InRange(time.Seconds, 0, (needed * share * 1.25) + 0.4);

            var longer = new TuningRun { Trials = 10, Limit = TimeSpan.FromSeconds(needed * 10), Time = time }.Run(state);
            Assert.Equal(0, longer.NotTrained);
            Assert.Equal(whole.Verdict.Reason, longer.Verdict.Reason);
            Assert.Equal(TunedSettings.Text(whole.Verdict.Chosen.Settings), TunedSettings.Text(longer.Verdict.Chosen.Settings));
        }
    }

    [Fact]
    public void A_budget_when_there_is_no_number_of_trials_then_it_makes_the_plan_and_ends_in_time()
    {
        var time = new TickingTime();
        var outcome = new TuningRun { Trials = 0, Limit = TimeSpan.FromSeconds(20), Time = time }.Run(_folder.Child("state"));
        Assert.InRange(time.Seconds, 10, 20.2);
        Assert.InRange(outcome.Plan.TrialCount, 5, 50);
        Assert.NotNull(outcome.Verdict.Difference);
        var error = Assert.Throws<TrainingException>(
            () => new TuningRun { Trials = 0, Limit = TimeSpan.FromSeconds(20), Preset = SampleSettings.Tiny with { Epochs = 1_000 }, Time = time }.Run(_folder.Child("short")));
        Assert.Contains("is too short: an epoch of the preset takes", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.Child("short"), "tuning.json")));
    }

    [Fact]
    public void A_damaged_checkpoint_when_gone_on_from_then_its_training_starts_anew()
    {
        var whole = new TuningRun().Run(_folder.Child("whole"));
        using (var state = TuningState.Open(_folder.Child("cut")))
            File.WriteAllText(state.CheckpointOf(1, 0), "no checkpoint");
        Assert.Equal(TuningRun.Report(whole), TuningRun.Report(new TuningRun().Run(_folder.Child("cut"))));
    }
}
