using Recsys.Inference.Artefacts;
using Recsys.Training.Session;

namespace Recsys.TrainingTests;

/// <summary>Settings small enough to train in a second.</summary>
internal static class SampleSettings
{
    public static TrainingSettings Tiny { get; } = new()
    {
        Network = Sizes(16, 16, 1),
        Epochs = 2,
        ValidateEvery = 1,
        BatchWindows = 8,
        BatchTargets = 500,
        LearningRate = 5e-3,
        WeightDecay = 0.01,
        InputDropout = 0.1,
        BlockDropout = 0.1,
        ItemDropout = 0.05,
        MaskOwnItems = false,
        Sources = false,
        Threads = 1,
    };

    public static SessionSettings Sizes(int embedding, int hidden, int blocks) =>
        new() { EmbeddingSize = embedding, HiddenSize = hidden, Blocks = blocks, FeedForwardMultiple = 2 };
}
