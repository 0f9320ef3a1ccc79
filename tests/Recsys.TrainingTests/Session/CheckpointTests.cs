using Recsys.Inference.Evaluation;
using Recsys.Training;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Session;

/// <summary>A training that was interrupted goes on as if it hadn't been.</summary>
public sealed class CheckpointTests : IDisposable
{
    private static readonly TrainingSettings Settings = SampleSettings.Tiny with { Epochs = 5, Threads = 2, Network = SampleSettings.Sizes(24, 16, 2) };

    private readonly TemporaryFolder _folder = new();
    private readonly InteractionLog _log = SampleLogs.Chains(users: 60, items: 40, length: 25, seed: 1);
    private readonly StringWriter _warnings = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 2)]
    [InlineData(true, 7)]
    [InlineData(true, 7, true)]
    public void An_interrupted_training_when_resumed_then_gives_the_same_bits(bool refit, int interruptedAt, bool bfloat16 = false)
    {
        var settings = Settings with { Refit = refit, BFloat16 = bfloat16, Muon = bfloat16 };
        var whole = Run(settings, "whole", resume: false);

        Assert.Throws<OperationCanceledException>(() => Run(settings, "cut", resume: false, interruptedAt));
        var resumed = Run(settings, "cut", resume: true);

        Assert.Equal(whole.Weights.Values, resumed.Weights.Values);
        Assert.Equal(whole.StepLosses, resumed.StepLosses);
        Assert.Equal(whole.Metrics, resumed.Metrics);
        Assert.Equal("", _warnings.ToString());
    }

    [Fact]
    public void A_resumed_training_when_an_epoch_before_was_clearly_better_then_it_keeps_that_one()
    {
        var split = ValidationSplit.Create(_log, seed: 1);
        var before = SessionWeights.CreateRandom(Settings.Network, _log.ItemCount, seed: 9);
        var best = Validated(2, 1);
        var none = new float[before.Values.Length];
        using var trainer = new SessionTrainer(_log, split, Settings, new ProgressList(), TimeProvider.System);

        var trained = trainer.Train(new Checkpoint(4, 40, none, none, none, [], best, best, before.Values, TimeSpan.Zero), default);

        Assert.Equal(2, trained.Epoch);
        Assert.Equal(before.Values, trained.Weights.Values);
        Assert.Equal(1, trained.Metrics[1].Ndcg);
    }

    [Fact]
    public void A_resumed_training_when_it_had_ended_early_then_it_takes_no_step()
    {
        var split = ValidationSplit.Create(_log, seed: 1);
        var weights = SessionWeights.CreateRandom(Settings.Network, _log.ItemCount, seed: 9);
        var none = new float[weights.Values.Length];
        Checkpoint After(int epoch) => new(epoch, 10 * epoch, none, none, none, [], Validated(epoch, 0), Validated(2, 1), weights.Values, TimeSpan.Zero);

        TrainedSession Resumed(int epoch)
        {
            using var trainer = new SessionTrainer(_log, split, Settings with { Epochs = 6 }, new ProgressList(), TimeProvider.System);
            return trainer.Train(After(epoch), default);
        }

        Assert.NotEmpty(Resumed(4).StepLosses);
        Assert.Empty(Resumed(5).StepLosses);
        Assert.Equal(2, Resumed(5).Epoch);
    }

    [Fact]
    public void A_resumed_training_when_it_goes_on_then_it_does_not_begin_again()
    {
        Assert.Throws<OperationCanceledException>(() => Run(Settings, "cut", resume: false, interruptedAt: 4));
        var progress = new ProgressList();
        Run(Settings, "cut", resume: true, progress: progress);

        Assert.Equal(3, progress.Reports[0].Epoch);
        Assert.Contains("going on after epoch 3", progress.Reports[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain(progress.Reports.Skip(1), report => report is { Phase: "train", Epoch: < 4 });
    }

    [Fact]
    public void A_checkpoint_of_other_settings_or_data_when_resumed_then_it_is_refused_by_name()
    {
        Assert.Throws<OperationCanceledException>(() => Run(Settings, "cut", resume: false, interruptedAt: 4));

        var error = Assert.Throws<TrainingException>(() => Run(Settings with { LearningRate = 0.25 }, "cut", resume: true));
        Assert.Contains("learning_rate 0.25", error.Message, StringComparison.Ordinal);

        var other = SampleLogs.Chains(users: 60, items: 40, length: 25, seed: 2);
        error = Assert.Throws<TrainingException>(() => new SessionTraining(other, ValidationSplit.Create(other, 1), Settings, new ProgressList(), TimeProvider.System, _warnings)
            .Run(_folder.Child("cut"), resume: true, default));
        Assert.Contains("now data ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_of_later_networks_when_left_from_another_training_then_they_are_written_over()
    {
        var two = Settings with { Network = Settings.Network with { Members = 2 } };
        Assert.Throws<OperationCanceledException>(() => Run(two, "cut", resume: false, interruptedAt: 7));
        Assert.True(File.Exists(_folder.Child("cut.2")));

        var other = two with { LearningRate = 0.004 };
        Assert.Throws<OperationCanceledException>(() => Run(other, "cut", resume: false, interruptedAt: 3));
        Assert.Equal(Run(other, "whole", resume: false).Weights.Values, Run(other, "cut", resume: true).Weights.Values);
    }

    [Fact]
    public void What_remains_when_resumed_then_it_is_told_by_what_was_done_since()
    {
        var time = new ManualTime();
        var progress = new ProgressList();
        var clock = new Recsys.Training.Progress.ProgressClock(progress, time, epochs: 24);
        clock.StartEpoch(13);
        time.Now += TimeSpan.FromSeconds(50);
        clock.Stepped(loss: 1, targets: 10, epochShare: 1);
        clock.EndEpoch();

        Assert.Equal(11 * 50, progress.Reports[^1].RemainingSeconds!.Value, 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(200)]
    [InlineData(-1)]
    public void A_damaged_checkpoint_when_resumed_then_it_is_refused(int byteToChange)
    {
        Assert.Throws<OperationCanceledException>(() => Run(Settings, "cut", resume: false, interruptedAt: 4));
        var bytes = File.ReadAllBytes(_folder.Child("cut"));
        bytes[byteToChange < 0 ? bytes.Length + byteToChange : byteToChange] ^= 1;
        File.WriteAllBytes(_folder.Child("cut"), bytes);

        Assert.Contains("damaged", Assert.Throws<TrainingException>(() => Run(Settings, "cut", resume: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_that_can_not_be_written_when_training_then_it_goes_on_and_says_so_once()
    {
        // What would be the checkpoint's folder is a file.
        File.WriteAllText(_folder.Child("file"), "");
        var trained = Run(Settings, "file/cut", resume: false);

        Assert.Equal(Run(Settings, "whole", resume: false).Weights.Values, trained.Weights.Values);
        Assert.Single(_warnings.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("goes on without one", _warnings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_when_all_is_written_then_they_are_removed_and_nothing_else_is()
    {
        foreach (var name in new[] { "cut", "cut.2", "cut.refit", "cut.refit.2", "cut.txt" })
            File.WriteAllText(_folder.Child(name), "");

        SessionTraining.Forget(_folder.Child("cut"));
        SessionTraining.Forget(_folder.Child("absent/cut"));

        Assert.Equal([_folder.Child("cut.txt")], Directory.GetFiles(Path.GetDirectoryName(_folder.Child("cut"))!));
    }

    [Fact]
    public void A_refit_when_done_then_it_has_learned_what_was_held_out()
    {
        // Only the held-out interactions ever lead to item 39.
        var log = SampleLogs.Plays(users: 200, length: 12, (user, i, _) => i == 11 ? 39 : (user + i) % 30);
        var split = ValidationSplit.Create(log, seed: 1, maxUsers: 200);
        var settings = Settings with { Epochs = 12, LearningRate = 0.02 };

        double Bias(bool refit)
        {
            var progress = new ProgressList();
            var trained = new SessionTraining(log, split, settings with { Refit = refit }, progress, TimeProvider.System, _warnings).Run(null, resume: false, default);
            var fractions = progress.Reports.Select(report => report.Fraction).ToList();
            Assert.Equal(fractions.Order(), fractions);
            Assert.Equal(1, fractions[^1]);
            var bias = trained.Weights["item_bias"];
            return bias[^1] - bias[0];
        }

        Assert.True(Bias(refit: true) > Bias(refit: false) + 1, $"{Bias(refit: true)} after the refit, {Bias(refit: false)} without");
    }

    private sealed class ManualTime : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    private static ValidatedEpoch Validated(int epoch, double score) => new(epoch, [.. new[] { 5, 10, 20 }.Select(k => new RankingScore(k, score, score, score, score))]);

    private TrainedSession Run(TrainingSettings settings, string checkpoint, bool resume, int? interruptedAt = null, ProgressList? progress = null)
    {
        using var cancellation = new CancellationTokenSource();
        var epochs = new HashSet<(int, int)>();
        var passes = 0;
        var last = 0;
        var watched = new ProgressList
        {
            OnReport = report =>
            {
                // A second pass begins again at epoch 1; epochs are counted through.
                if (report.Phase != "validate" && report.Epoch < last)
                    passes++;
                last = report.Epoch;
                if (report.InEpoch || report.Phase == "validate")
                    return;
                epochs.Add((passes, report.Epoch));
                if (report.Message.Contains("loss", StringComparison.Ordinal) && epochs.Count(epoch => epoch.Item2 > 0) >= interruptedAt)
                    cancellation.Cancel();
            },
        };
        var split = ValidationSplit.Create(_log, settings.Seed);
        return new SessionTraining(_log, split, settings, progress ?? watched, TimeProvider.System, _warnings).Run(_folder.Child(checkpoint), resume, cancellation.Token);
    }
}
