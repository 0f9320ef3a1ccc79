using System.Diagnostics;
using System.Globalization;
using Recsys.Inference.Artefacts;
using Recsys.Training.Progress;
using Recsys.Training.Runtime;
using Recsys.Training.Session;
using Recsys.Training.Windows;
using static TorchSharp.torch;

namespace Recsys.TrainingBenchmarks;

/// <summary>Measures one part in this process.</summary>
internal static class PartRun
{
    private const int StepsToWarmUp = 2;
    private const double Rate = 2e-3;
    private const double Dropout = 0.2;

    public static async Task<Measurement> RunAsync(Part part, BenchmarkSettings settings)
    {
        // The plain loop gets the same from the environment, and nothing else of the trainer's.
        if (!part.Plain && part.KeepsMemory)
            NativeSetup.Apply();
        LibTorch.Load();
        var log = settings.TrainingSet is { } folder ? await TrainingSetLog.ReadAsync(folder, CancellationToken.None) : GeneratedLog.Create(settings.Users);
        var split = ValidationSplit.Nothing(log);
        var training = SettingsOf(settings);
        var random = new Random(1);
        var batches = BatchPlan.Create(Window.Cut(log, split, training.WindowLength, random), training.BatchWindows, training.BatchTargets, random);
        return part.Plain ? Plain(log, batches, training, settings.Seconds) : Trainer(log, split, batches, training, settings.Seconds);
    }

    private static TrainingSettings SettingsOf(BenchmarkSettings settings) => new()
    {
        Network = new SessionSettings
        {
            EmbeddingSize = settings.EmbeddingSize,
            HiddenSize = settings.HiddenSize,
            Blocks = settings.Blocks,
            FeedForwardMultiple = 4,
        },
        Epochs = 1,
        ValidateEvery = 1,
        BatchWindows = settings.BatchWindows,
        BatchTargets = 8_000,
        LearningRate = Rate,
        WeightDecay = 0.05,
        InputDropout = Dropout,
        BlockDropout = Dropout,
        ItemDropout = 0,
        MaskOwnItems = false,
        Threads = settings.Threads,
        BFloat16 = Precision.BFloat16IsFast(),
    };

    private static Measurement Plain(InteractionLog log, List<Window[]> batches, TrainingSettings training, double seconds)
    {
        set_num_threads(training.Threads);
        random.manual_seed(1);
        using var network = new PlainNetwork(training.Network, log.ItemCount, Dropout);
        using var optimizer = optim.AdamW(network.parameters(), Rate, weight_decay: training.WeightDecay);
        return Time(batches, seconds, bfloat16: false, (windows, _) =>
        {
            using var scope = NewDisposeScope();
            var batch = PlainBatch.Create(log, windows);
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(network.forward(batch), batch.Targets);
            loss.backward();
            nn.utils.clip_grad_norm_(network.parameters(), training.ClipNorm);
            optimizer.step();
            return loss.item<float>();
        });
    }

    private static Measurement Trainer(InteractionLog log, ValidationSplit split, List<Window[]> batches, TrainingSettings training, double seconds)
    {
        using var trainer = new SessionTrainer(log, split, training, new Progress<TrainingProgress>(), TimeProvider.System);
        return Time(batches, seconds, training.BFloat16, (windows, targets) => trainer.Step(log, windows, targets, Rate));
    }

    private static Measurement Time(List<Window[]> batches, double seconds, bool bfloat16, Func<Window[], int, double> step)
    {
        var (first, last, learned, steps) = (0.0, 0.0, 0L, 0);
        var started = 0L;
        var used = TimeSpan.Zero;
        for (var i = 0; ; i++)
        {
            if (i == StepsToWarmUp)
                (started, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var batch = batches[i % batches.Count];
            var targets = batch.Sum(window => window.Targets);
            last = step(batch, targets);
            if (i == 0)
                first = last;
            if (i < StepsToWarmUp)
                continue;
            learned += targets;
            steps++;
            if (Stopwatch.GetElapsedTime(started).TotalSeconds is var elapsed && elapsed >= seconds)
                return new Measurement(learned / elapsed, learned / (Environment.CpuUsage.TotalTime - used).TotalSeconds, PeakMegabytes(), steps, first, last, bfloat16);
        }
    }

    private static double PeakMegabytes()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
