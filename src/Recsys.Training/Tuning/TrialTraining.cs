using Recsys.Training.Progress;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Tuning;

/// <summary>Trains trials and ranks the held-out targets by them: the network alone, from scratch, and all trials on the same held-out users.</summary>
/// <param name="log">The data.</param>
/// <param name="split">What is held out.</param>
/// <param name="time">Measures it.</param>
/// <param name="warnings">Hears of what doesn't end it.</param>
internal sealed class TrialTraining(InteractionLog log, ValidationSplit split, TimeProvider time, TextWriter warnings)
{
    /// <summary>Nobody is validated while it trains: what counts is the end, where the rate is zero.</summary>
    private readonly ValidationSplit _quiet = split with { Users = [] };

    /// <summary>Trains, or goes on from a checkpoint where there is one.</summary>
    /// <param name="trial">What to train.</param>
    /// <param name="rung">For which rung.</param>
    /// <param name="epochs">How many.</param>
    /// <param name="checkpoint">Where it's kept.</param>
    /// <param name="progress">Hears of it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the checkpoint stays.</exception>
    public FinishedTraining Run(Trial trial, int rung, int epochs, string checkpoint, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var settings = For(trial.Settings, epochs);
        var started = time.GetTimestamp();
        try
        {
            var trained = Train(settings, checkpoint, progress, cancellation);
            started = time.GetTimestamp();
            var ranks = Ranks(settings, trained.Weights, timeKnown: false, cancellation);
            return new FinishedTraining
            {
                Trial = trial.Number,
                Rung = rung,
                Epochs = epochs,
                Ranks = ranks,
                TimedRanks = settings.Network.TimeGaps ? Ranks(settings, trained.Weights, timeKnown: true, cancellation) : null,
                Losses = FinishedTraining.MeansOf(trained.StepLosses),
                Seconds = (trained.Duration + time.GetElapsedTime(started)).TotalSeconds,
            };
        }
        catch (DivergedException e)
        {
            return new FinishedTraining { Trial = trial.Number, Rung = rung, Epochs = epochs, Failed = e.Reason, Seconds = time.GetElapsedTime(started).TotalSeconds };
        }
    }

    /// <summary>Trains for a moment to see how fast it goes.</summary>
    /// <param name="settings">The preset's.</param>
    /// <param name="seconds">About how long.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Seconds an epoch, and seconds a training takes besides.</returns>
    public (double AnEpoch, double ATraining) Measure(TrainingSettings settings, double seconds, CancellationToken cancellation)
    {
        const int NoEnd = 1_000;
        settings = For(settings, NoEnd);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var meter = new SpeedMeter(time, seconds, NoEnd, enough.Cancel);
        try
        {
            new SessionTraining(log, _quiet, settings, meter, time, warnings).Run(null, resume: false, enough.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It has seen enough.
        }
        catch (DivergedException)
        {
            // How fast it went is all that is asked here.
        }
        var started = time.GetTimestamp();
        Ranks(settings, SessionWeights.CreateRandom(settings.Network, log.ItemCount, settings.Seed), timeKnown: false, cancellation);
        return (meter.SecondsAnEpoch, time.GetElapsedTime(started).TotalSeconds);
    }

    private static TrainingSettings For(TrainingSettings settings, int epochs) =>
        settings with
        {
            // One network of those that would be averaged, and nothing beside it.
            Network = settings.Network with { Members = 1 },
            Epochs = epochs,
            EpochsToRun = 0,
            ValidateEvery = epochs,
            Rules = false,
            Neighbours = false,
            Refit = false,
        };

    private TrainedSession Train(TrainingSettings settings, string checkpoint, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        var training = new SessionTraining(log, _quiet, settings, progress, time, warnings);
        try
        {
            return training.Run(checkpoint, resume: true, cancellation);
        }
        catch (TrainingException e) when (e is not DivergedException && File.Exists(checkpoint))
        {
            // A checkpoint is worth less than the tuning.
            warnings.WriteLine($"recsys-train: {e.Message.Split(". ")[0]}; that training starts anew");
            SessionTraining.Forget(checkpoint);
            return training.Run(checkpoint, resume: false, cancellation);
        }
    }

    private int[] Ranks(TrainingSettings settings, SessionWeights weights, bool timeKnown, CancellationToken cancellation)
    {
        var seen = settings.MaskOwnItems ? OwnItems.Of(log, split.TrainingEnds) : null;
        return new SessionValidator(log, split, settings, seen).Ranks(weights, timeKnown, cancellation);
    }
}
