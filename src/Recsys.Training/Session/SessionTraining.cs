using System.Text.Json;
using Recsys.Training.Progress;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>A whole training: with some interactions held out to see how good it gets and after how many epochs, then, where that is wanted, once more on all of them.</summary>
/// <param name="log">The data.</param>
/// <param name="split">What is held out.</param>
/// <param name="settings">Settings.</param>
/// <param name="progress">Hears of it.</param>
/// <param name="time">Measures it.</param>
/// <param name="warnings">Hears of what doesn't end it.</param>
internal sealed class SessionTraining(
    InteractionLog log, ValidationSplit split, TrainingSettings settings, IProgress<TrainingProgress> progress, TimeProvider time, TextWriter warnings)
{
    /// <summary>Trains.</summary>
    /// <param name="checkpoint">The file that is kept to go on from; null: none.</param>
    /// <param name="resume">Go on from that file where there is one.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="TrainingException">The loss is no longer a number, or the checkpoint is of another training.</exception>
    public TrainedSession Run(string? checkpoint, bool resume, CancellationToken cancellation)
    {
        var refits = settings.Refit && split.Users.Length > 0;
        var first = refits ? new PassProgress(progress, second: false) : progress;
        var validated = Train(split, settings, checkpoint, resume, first, cancellation);
        if (settings.Rules)
        {
            var validator = new SessionValidator(log, split, settings, settings.MaskOwnItems ? OwnItems.Of(log, split.TrainingEnds) : null);
            validated = new RulesPartner(log, split, settings, first).Join(validated, validator, cancellation);
        }
        if (!refits)
            return validated;
        progress.Report(new TrainingProgress { Phase = "train", Fraction = 0.5, EpochCount = validated.Epoch, Message = $"again on all interactions, {validated.Epoch} epochs" });
        var all = settings with { EpochsToRun = validated.Epoch };
        var refitted = Train(ValidationSplit.Nothing(log), all, checkpoint is null ? null : RefitOf(checkpoint), resume, new PassProgress(progress, second: true), cancellation);
        return validated with { Weights = refitted.Weights, Duration = validated.Duration + refitted.Duration };
    }

    /// <summary>Removes what was kept to go on from, once the training's outcome is written.</summary>
    public static void Forget(string checkpoint)
    {
        File.Delete(checkpoint);
        File.Delete(RefitOf(checkpoint));
    }

    private static string RefitOf(string checkpoint) => checkpoint + ".refit";

    private TrainedSession Train(ValidationSplit held, TrainingSettings how, string? path, bool resume, IProgress<TrainingProgress> heard, CancellationToken cancellation)
    {
        var file = path is null ? null : new CheckpointFile(path, Purpose(held, how));
        var from = resume && file?.Exists == true ? file.Read() : null;
        if (from is not null)
            heard.Report(new TrainingProgress { Phase = "train", Epoch = from.Epoch, EpochCount = how.Epochs, Message = $"going on after epoch {from.Epoch} of {path}" });
        using var trainer = new SessionTrainer(log, held, how, heard, time, file, warnings);
        return trainer.Train(from, cancellation);
    }

    /// <summary>Everything that a checkpoint depends on, a line each.</summary>
    private string Purpose(ValidationSplit held, TrainingSettings how)
    {
        var lines = JsonSerializer.SerializeToElement(how, SettingsJson.Default.TrainingSettings).EnumerateObject().Select(setting => $"{setting.Name} {setting.Value.GetRawText()}");
        return string.Join('\n', [.. lines, $"data {log.Fingerprint(held.TrainingEnds)}"]);
    }
}
