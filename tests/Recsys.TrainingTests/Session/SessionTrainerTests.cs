using Recsys.Training;
using Recsys.Training.Progress;
using Recsys.Training.Session;
using Recsys.Training.Windows;
using TorchSharp;

namespace Recsys.TrainingTests.Session;

public sealed class SessionTrainerTests
{
    private static readonly double[] GoldenLosses =
        [3.690355, 3.673231, 3.675272, 3.659299, 3.652304, 3.609254, 3.594369, 3.543120, 3.551099, 3.554432];

    [Fact]
    public void First_ten_losses_are_the_recorded_ones()
    {
        var log = SampleLogs.Chains(users: 60, items: 40, length: 25, seed: 1);
        var losses = Training.Run(log, SampleSettings.Tiny with { Network = SampleSettings.Sizes(24, 32, 2) }).StepLosses;

        for (var i = 0; i < 10; i++)
            Assert.True(i < GoldenLosses.Length && Math.Abs(GoldenLosses[i] - losses[i]) < 2e-4, $"losses: {string.Join(", ", losses.Take(10).Select(x => x.ToString("F6")))}");
    }

    [Fact]
    public void The_first_step_knows_popularity_already()
    {
        // One item in four plays, the others alike: entropy 0.25 ln 4 + 0.75 ln (4 / 3 * 30) = 3.11; equal chances for all would be ln 31 = 3.43.
        var random = new Random(5);
        var builder = new InteractionLogBuilder();
        for (var user = 0; user < 100; user++)
            for (var i = 0; i < 20; i++)
                builder.Add(user, (uint)(random.Next(4) == 0 ? 30 : random.Next(30)), Inference.InteractionKind.Play, 250, i);

        Assert.Equal(3.11, Training.Run(builder.Build(), SampleSettings.Tiny).StepLosses[0], 0.25);
    }

    [Fact]
    public void Lanes_share_a_step_and_do_not_change_it()
    {
        // Without dropout, each of whose lanes draws its own, only the order of sums differs.
        var log = SampleLogs.Mixed(users: 80, items: 30, maxLength: 40, seed: 8);
        var settings = SampleSettings.Tiny with { InputDropout = 0, BlockDropout = 0, ItemDropout = 0, MaskOwnItems = true };
        var alone = Training.Run(log, settings);
        var shared = Training.Run(log, settings with { Threads = 3 });

        Assert.Equal(alone.StepLosses.Count, shared.StepLosses.Count);
        for (var i = 0; i < alone.StepLosses.Count; i++)
            Assert.Equal(alone.StepLosses[i], shared.StepLosses[i], 1e-3);
        Assert.Equal(alone.Metrics[1].Ndcg, shared.Metrics[1].Ndcg, 0.02);
    }

    [Fact]
    public void More_threads_than_windows_in_a_batch_change_nothing()
    {
        var log = SampleLogs.Mixed(users: 20, items: 30, maxLength: 40, seed: 8);
        var settings = SampleSettings.Tiny with { BatchWindows = 3 };

        Assert.Equal(
            Training.Run(log, settings with { Threads = 3 }).Weights.Values, Training.Run(log, settings with { Threads = TrainingSettings.MaxThreads }).Weights.Values);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Equal_seeds_give_equal_artefacts_and_others_do_not(bool bfloat16)
    {
        using var folder = new TemporaryFolder();
        var log = SampleLogs.Chains(users: 30, items: 20, length: 15, seed: 1);
        string Checksum(string name, long seed)
        {
            var settings = SampleSettings.Tiny with { Seed = seed, Threads = 2, BFloat16 = bfloat16 };
            return SessionArtefacts.Write(folder.Child(name), log, settings, Training.Run(log, settings), DateTimeOffset.UnixEpoch).Files["weights.safetensors"].Sha256;
        }

        var first = Checksum("first", 4);
        Assert.Equal(first, Checksum("second", 4));
        Assert.NotEqual(first, Checksum("third", 5));
    }

    [Fact]
    public void Earlier_weights_are_kept_where_they_were_clearly_better()
    {
        // Rate and decay rise to where they undo what the first epochs found.
        var log = SampleLogs.Cycle(users: 150, items: 30, length: 20);
        var (trained, validated) = RunValidated(log, SampleSettings.Tiny with { Epochs = 6, LearningRate = 4, WarmUpShare = 1, WeightDecay = 0.3 });

        var best = validated.MaxBy(report => report.ValidationMetrics!.Single(score => score.K == 10).Ndcg)!;
        Assert.True(best.Epoch < 6, $"epoch {best.Epoch} was best: {string.Join(" ", validated.Select(report => report.ValidationMetrics![1].Ndcg))}");
        Assert.Equal(Math.Min(6, best.Epoch + 3), validated.Count);
        Assert.Equal(best.Epoch, trained.Epoch);
        Assert.Equal(best.ValidationMetrics, trained.Metrics);
    }

    [Fact]
    public void A_training_when_it_has_long_been_clearly_worse_then_it_ends()
    {
        var log = SampleLogs.Cycle(users: 150, items: 30, length: 20);
        var settings = SampleSettings.Tiny with { Epochs = 30, LearningRate = 20, WarmUpShare = 1, WeightDecay = 0.3 };
        var progress = new ProgressList();
        var trained = Training.Run(log, settings, progress);

        var validated = progress.Reports.Where(report => report.ValidationMetrics is not null).Select(report => report.ValidationMetrics![1].Ndcg).ToList();
        var said = string.Join(" ", validated);
        Assert.True(validated.Count < settings.Epochs, said);
        Assert.True(validated.IndexOf(validated.Max()) + 1 == trained.Epoch, said);
        Assert.True(trained.Epoch <= validated.Count - 3, said);
        Assert.True(validated.Max() - validated[^1] > 0.1, said);
        Assert.Equal($"ended after epoch {validated.Count} of 30: on held-out users epoch {trained.Epoch} was clearly better", progress.Reports[^1].Message);
        Assert.Equal(1, progress.Reports[^1].Fraction);
    }

    [Fact]
    public void The_last_weights_are_kept_where_earlier_ones_were_better_by_luck_only()
    {
        // Nothing can be learned here, so that any epoch may come out best.
        var log = SampleLogs.Mixed(users: 80, items: 30, maxLength: 40, seed: 8);
        var runs = Enumerable.Range(1, 6).Select(seed => RunValidated(log, SampleSettings.Tiny with { Epochs = 8, Seed = seed })).ToList();

        Assert.Contains(runs, run => run.Validated.MaxBy(report => report.ValidationMetrics!.Single(score => score.K == 10).Ndcg)!.Epoch <= 5);
        Assert.All(runs, run => Assert.Equal(8, run.Validated.Count));
        Assert.All(runs, run => Assert.Equal((8, run.Validated[^1].ValidationMetrics), (run.Trained.Epoch, run.Trained.Metrics)));
    }

    [Fact]
    public void A_training_of_fewer_epochs_has_the_rates_of_the_whole()
    {
        var log = SampleLogs.Chains(users: 60, items: 40, length: 25, seed: 1);
        var settings = SampleSettings.Tiny with { Epochs = 4 };
        var (whole, half) = (Training.Run(log, settings).StepLosses, Training.Run(log, settings with { EpochsToRun = 2 }).StepLosses);
        Assert.Equal(whole.Take(whole.Count / 2), half);
    }

    [Fact]
    public void Items_that_are_left_out_of_a_ranking_stand_before_nobody()
    {
        var log = SampleLogs.Chains(users: 40, items: 30, length: 10, seed: 1);
        var split = ValidationSplit.Create(log, seed: 1);
        var weights = SessionWeights.CreateRandom(SampleSettings.Tiny.Network, log.ItemCount, seed: 5);
        int[] Ranks(int[][]? seen) => new SessionValidator(log, split, SampleSettings.Tiny, seen).Ranks(weights, timeKnown: false, default);

        int[][] others = [.. Enumerable.Range(0, log.UserCount).Select(user => Enumerable.Range(0, log.ItemCount).Where(item => item != log.Items[split.TrainingEnds[user]]).ToArray())];
        Assert.All(Ranks(others), rank => Assert.Equal(1, rank));
        Assert.Contains(Ranks(null), rank => rank > 5);
    }

    [Fact]
    public void A_training_that_diverges_says_so()
    {
        var log = SampleLogs.Cycle(users: 30, items: 30, length: 20);
        var error = Assert.Throws<DivergedException>(() => Training.Run(log, SampleSettings.Tiny with { LearningRate = 1e38 }));

        Assert.Contains("diverged at step", error.Message);
        Assert.Contains("--learning-rate", error.Message);
        Assert.Equal(ExitCodes.Failed, error.ExitCode);
    }

    [Fact]
    public void A_cancelled_training_stops_at_the_next_step()
    {
        using var cancellation = new CancellationTokenSource();
        var log = SampleLogs.Cycle(users: 30, items: 30, length: 20);
        var progress = new ProgressList { OnReport = report => { if (report.Epoch == 2) cancellation.Cancel(); } };

        Assert.Throws<OperationCanceledException>(() => Training.Run(log, SampleSettings.Tiny with { Epochs = 100 }, progress, cancellation.Token));
        Assert.Equal(2, progress.Reports[^1].Epoch);
    }

    [Fact]
    public void Steps_leave_no_tensors_and_no_memory_behind()
    {
        var log = SampleLogs.Chains(users: 60, items: 40, length: 25, seed: 1);
        var tensors = new List<long>();
        var memory = new List<long>();
        var progress = new ProgressList
        {
            OnReport = report =>
            {
                if (report.Phase != "validate")
                    return;
                tensors.Add(torch.Tensor.TotalCount);
                memory.Add(Environment.WorkingSet);
            },
        };
        Training.Run(log, SampleSettings.Tiny with { Epochs = 40, Threads = 2 }, progress);

        Assert.Equal(40, tensors.Count);
        Assert.Equal(tensors[4], tensors[^1]);
        // Some 300 steps of a megabyte or so of tensors each: a leak of one of them would show.
        Assert.InRange(memory[^1] - memory[9], long.MinValue, 30 << 20);
    }

    [Fact]
    public void Progress_ends_at_the_whole_with_figures()
    {
        var log = SampleLogs.Cycle(users: 30, items: 30, length: 20);
        var progress = new ProgressList();
        Training.Run(log, SampleSettings.Tiny, progress);

        var fractions = progress.Reports.Select(report => report.Fraction).ToList();
        Assert.Equal(fractions.Order(), fractions);
        var last = progress.Reports[^1];
        Assert.Equal(1, last.Fraction);
        Assert.Equal(0, last.RemainingSeconds);
        Assert.Equal([5, 10, 20], last.ValidationMetrics!.Select(score => score.K));
        Assert.All(progress.Reports, report => Assert.True(report is { EpochCount: 2, Loss: > 0, EventsPerSecond: > 0 }));
    }

    private static (TrainedSession Trained, List<TrainingProgress> Validated) RunValidated(InteractionLog log, TrainingSettings settings)
    {
        var progress = new ProgressList();
        var trained = Training.Run(log, settings, progress);
        var validated = progress.Reports.Where(report => report.ValidationMetrics is not null).ToList();
        return (trained, validated);
    }
}
