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
    private const double WantedTargets = 3_000_000;

    public static TrainingSettings Choose(DataShape shape)
    {
        var small = shape.Targets < SmallData;
        var longHistories = shape.InteractionsPerUser >= LongHistory;
        var epochs = (int)Math.Clamp(Math.Round(WantedTargets / Math.Max(1, shape.Targets)), 8, 60);
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
            // Long windows are many targets each; short ones need company, but few targets need many steps.
            BatchWindows = longHistories ? 32 : 64,
            BatchTargets = 8_000,
            LearningRate = 2e-3,
            WeightDecay = 0.05,
            InputDropout = 0.3,
            BlockDropout = 0.3,
            ItemDropout = 0,
            MaskOwnItems = shape.RepeatsAreRare,
        };
    }
}
