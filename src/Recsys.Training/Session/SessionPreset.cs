using Recsys.Inference.Artefacts;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>Chooses settings by the shape of the data, never by its name. Everything here can be overruled on the command line.</summary>
internal static class SessionPreset
{
    /// <summary>Below this many targets a network of 128 features learns the data by heart.</summary>
    private const int SmallData = 20_000;

    /// <summary>Fewer interactions a user give a second block nothing to add.</summary>
    private const double LongHistory = 20;

    /// <summary>Targets to see in a whole training; more data needs fewer epochs.</summary>
    private const double WantedTargets = 2_000_000;

    /// <summary>Steps an epoch. Little data needs small batches: in 30 epochs of 40 steps ML-100K's network learned less than in 3 epochs of 150.</summary>
    private const double WantedSteps = 250;

    private const double MostRate = 2e-3;
    private const int LeastBatchWindows = 4, MostBatchWindows = 64;

    public static TrainingSettings Choose(DataShape shape)
    {
        var small = shape.Targets < SmallData;
        var longHistories = shape.InteractionsPerUser >= LongHistory;
        var epochs = (int)Math.Clamp(Math.Round(WantedTargets / Math.Max(1, shape.Targets)), 8, 60);
        var windows = shape.Users + shape.Targets / TrainingSettings.DefaultWindowLength;
        var batch = (int)Math.Clamp(windows / WantedSteps, LeastBatchWindows, MostBatchWindows);
        return new TrainingSettings
        {
            Network = new SessionSettings
            {
                EmbeddingSize = small ? 64 : 128,
                HiddenSize = small ? 64 : 128,
                Blocks = longHistories && !small ? 2 : 1,
                FeedForwardMultiple = 4,
            },
            Epochs = epochs,
            ValidateEvery = Math.Max(1, epochs / 10),
            BatchWindows = batch,
            BatchTargets = 8_000,
            // Grows with the root of the batch, as the noise of its gradient falls.
            LearningRate = Math.Min(MostRate, 5e-4 * Math.Sqrt(batch)),
            WeightDecay = 0.05,
            InputDropout = 0.2,
            BlockDropout = 0.2,
            ItemDropout = 0,
            MaskOwnItems = shape.RepeatsAreRare,
        };
    }
}
