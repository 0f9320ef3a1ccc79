using System.CommandLine;
using Recsys.Training.Progress;
using Recsys.Training.Runtime;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Commands;

/// <summary><c>recsys-train session</c>: training set in, artefact out.</summary>
internal sealed class SessionCommand(TimeProvider time, TextWriter output, TextWriter errors)
{
    private readonly SessionOptions _options = new();

    public Command Create()
    {
        var command = new Command("session", "Trains a Session model: what comes next, moved one step by each interaction.");
        _options.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken _) => _options.Process.RunAsync(parsed, errors, cancellation => TrainAsync(parsed, cancellation), () =>
        CheckpointOf(parsed) is { } kept && File.Exists(kept) ? $"no model was written; the same command with --resume goes on from {kept}" : "nothing was written");

    private async Task TrainAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var progress = _options.Process.ProgressTo(output, parsed);
        var target = parsed.GetRequiredValue(_options.Output).FullName;
        if (Path.Exists(target))
            throw new TrainingException($"{target} exists already: an artefact is never written over");
        var checkpoint = CheckpointOf(parsed);
        var resumes = parsed.GetValue(_options.Resume);
        if (Directory.Exists(checkpoint))
            throw new TrainingException($"--checkpoint {checkpoint} is a folder; expected a file's name");
        if (!resumes && File.Exists(checkpoint))
            errors.WriteLine($"recsys-train: {checkpoint} is left from a training that was interrupted; this one begins anew and replaces it after its first epoch. To go on from it say --resume");
        LibTorch.Load();

        var folder = parsed.GetRequiredValue(_options.TrainingSet).FullName;
        progress.Report(new TrainingProgress { Phase = "read", Message = $"reading {folder}" });
        var log = await TrainingSetLog.ReadAsync(folder, cancellation);
        var shape = DataShape.Of(log);
        DataRequirements.Check(shape);
        var settings = Choose(parsed, shape);
        var earlier = EarlierModels.Open(parsed, _options);
        if (parsed.GetValue(_options.Check))
            return;
        (earlier, var split) = earlier.Split(
            newerThan => ValidationSplit.Create(
                log, settings.Seed, parsed.GetValue(_options.ValidationUsers), settings.Refit, newerThan, newest: settings.Sources && shape.TimesTell), settings.Network,
            why => progress.Report(new TrainingProgress { Phase = "train", Message = why }));
        settings = earlier.Shorten(settings, parsed.GetValue(_options.Epochs) is not null);
        var sizes = settings.Network;
        var networks = sizes.Members > 1 ? $"{sizes.Members} networks of " : "";
        progress.Report(new TrainingProgress
        {
            Phase = "train",
            EpochCount = settings.Epochs,
            Message = FormattableString.Invariant(
                $"{shape.Users:N0} users, {shape.Items:N0} items, {shape.Interactions:N0} interactions ({shape.Targets:N0} to predict, {shape.RepeatShare:P1} repeats); ")
                + FormattableString.Invariant($"{networks}{sizes.Blocks} x {sizes.HiddenSize} on {sizes.EmbeddingSize}, {(settings.BFloat16 ? "bfloat16" : "float32")}, ")
                + $"{settings.Threads} threads, seed {settings.Seed}",
        });

        var trained = new SessionTraining(log, split, settings, progress, time, errors, earlier.Start, earlier.Rival).Run(checkpoint, resumes, cancellation);
        cancellation.ThrowIfCancellationRequested();
        progress.Report(new TrainingProgress
        {
            Phase = "write",
            Epoch = settings.Epochs,
            EpochCount = settings.Epochs,
            Fraction = 1,
            RemainingSeconds = 0,
            Message = $"writing {target}",
        });
        foreach (var warning in trained.Warnings)
            errors.WriteLine($"recsys-train: {warning}");
        SessionArtefacts.Write(target, log, settings, trained, time.GetUtcNow());
        if (checkpoint is not null)
            Forget(checkpoint);
        progress.Report(new TrainingProgress
        {
            Phase = "done",
            Epoch = settings.Epochs,
            EpochCount = settings.Epochs,
            Fraction = 1,
            RemainingSeconds = 0,
            ValidationMetrics = trained.Metrics,
            Message = FormattableString.Invariant($"wrote {target}: epoch {trained.Epoch} of {settings.Epochs} in {trained.Duration.TotalSeconds:F0} s")
                + (trained.Metrics.FirstOrDefault(score => score.K == 10) is { } score ? FormattableString.Invariant($", validation NDCG@10 {score.Ndcg:F4}") : ""),
        });
    }

    private void Forget(string checkpoint)
    {
        try
        {
            SessionTraining.Forget(checkpoint);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The model is written.
            errors.WriteLine($"recsys-train: a checkpoint is no longer needed and can't be removed ({e.Message})");
        }
    }

    private string? CheckpointOf(ParseResult parsed) => parsed.GetValue(_options.NoCheckpoint)
        ? null
        : parsed.GetValue(_options.Checkpoint)?.FullName ?? parsed.GetRequiredValue(_options.Output).FullName + ".checkpoint";

    private TrainingSettings Choose(ParseResult parsed, DataShape shape)
    {
        var bfloat16 = _options.Process.BFloat16(parsed);
        var preset = SessionPreset.Choose(shape) with { BFloat16 = bfloat16 };
        if (parsed.GetValue(_options.Settings) is { } file)
            preset = SettingsFile.Over(file.FullName, preset);
        var epochs = parsed.GetValue(_options.Epochs);
        var dropout = parsed.GetValue(_options.Dropout);
        var settings = preset with
        {
            Network = preset.Network with
            {
                EmbeddingSize = parsed.GetValue(_options.EmbeddingSize) ?? preset.Network.EmbeddingSize,
                HiddenSize = parsed.GetValue(_options.HiddenSize) ?? preset.Network.HiddenSize,
                Blocks = parsed.GetValue(_options.Blocks) ?? preset.Network.Blocks,
                Members = parsed.GetValue(_options.Members) ?? preset.Network.Members,
                TimeGaps = parsed.GetValue(_options.TimeGaps) ?? preset.Network.TimeGaps,
            },
            Epochs = epochs ?? preset.Epochs,
            ValidateEvery = epochs is { } count ? Math.Max(1, count / 10) : preset.ValidateEvery,
            BatchWindows = parsed.GetValue(_options.BatchWindows) ?? preset.BatchWindows,
            LearningRate = parsed.GetValue(_options.LearningRate) ?? preset.LearningRate,
            InputDropout = dropout ?? preset.InputDropout,
            BlockDropout = dropout ?? preset.BlockDropout,
            Refit = parsed.GetValue(_options.Refit) ?? preset.Refit,
            Seed = parsed.GetResult(_options.Seed) is { Implicit: false } ? parsed.GetValue(_options.Seed) : preset.Seed,
            Threads = parsed.GetValue(_options.Threads) ?? preset.Threads,
        };
        if (settings.Problem() is { } problem)
            throw new TrainingException($"setting {problem}");
        return settings;
    }
}
