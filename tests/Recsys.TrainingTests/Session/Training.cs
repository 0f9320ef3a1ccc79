using Recsys.Training.Progress;
using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Session;

/// <summary>Runs trainings for tests.</summary>
internal static class Training
{
    public static TrainedSession Run(InteractionLog log, TrainingSettings settings, IProgress<TrainingProgress>? progress = null, CancellationToken token = default)
    {
        var split = ValidationSplit.Create(log, settings.Seed);
        using var trainer = new SessionTrainer(log, split, settings, progress ?? new NoProgress(), TimeProvider.System);
        return trainer.Train(null, token);
    }

    private sealed class NoProgress : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
        }
    }
}
