using Recsys.Inference.Artefacts;

namespace Recsys.Training.Session;

/// <summary>Everything that decides a training besides its data. Written into the artefact's manifest as it is.</summary>
internal sealed record TrainingSettings
{
    /// <summary>Of <see cref="WindowLength"/>.</summary>
    public const int DefaultWindowLength = 200;

    /// <summary>The network's sizes. A user's state is Blocks * 2 * HiddenSize float16.</summary>
    public required SessionSettings Network { get; init; }

    /// <summary>Passes over the training data.</summary>
    public required int Epochs { get; init; }

    /// <summary>Validate after every so many epochs, and after the last.</summary>
    public required int ValidateEvery { get; init; }

    /// <summary>Inputs of a window at most; by default as many as a user's ring keeps when it is cut.</summary>
    public int WindowLength { get; init; } = DefaultWindowLength;

    /// <summary>Windows of a batch at most.</summary>
    public required int BatchWindows { get; init; }

    /// <summary>Targets of a batch at most (a single longer window is still one batch).</summary>
    public required int BatchTargets { get; init; }

    /// <summary>Highest learning rate, reached after the warm-up.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Share of all steps over which the rate rises; after it, it falls along a cosine to zero.</summary>
    public double WarmUpShare { get; init; } = 0.04;

    /// <summary>Decoupled weight decay of matrices and embeddings (not of biases and norms).</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Gradients of a greater norm are scaled down to it.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Chance that a feature of the inputs is dropped, for a whole window at once.</summary>
    public required double InputDropout { get; init; }

    /// <summary>Chance that a feature of a block's LSTM or feed-forward output is dropped, for a whole window at once.</summary>
    public required double BlockDropout { get; init; }

    /// <summary>Chance that an input's item is hidden from the network, place by place.</summary>
    public required double ItemDropout { get; init; }

    /// <summary>Leave a user's own other items out of the softmax, and rank without them when validating.</summary>
    public required bool MaskOwnItems { get; init; }

    /// <summary>Seed of everything random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Threads, each with its share of a batch. Sums are split by them: results are equal bit by bit only for equal numbers of threads.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Matrix products in bfloat16, with float32 master weights.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("bfloat16")]
    public bool BFloat16 { get; init; }
}
