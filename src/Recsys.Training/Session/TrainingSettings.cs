using Recsys.Inference.Artefacts;

namespace Recsys.Training.Session;

/// <summary>Everything that decides a training besides its data. Written into the artefact's manifest as it is.</summary>
internal sealed record TrainingSettings
{
    /// <summary>Of <see cref="WindowLength"/>.</summary>
    public const int DefaultWindowLength = 200;

    /// <summary>Most threads.</summary>
    public const int MaxThreads = 256;

    /// <summary>The network's sizes. A user's state is Members * (Blocks * 2 * HiddenSize + EmbeddingSize) float16.</summary>
    public required SessionSettings Network { get; init; }

    /// <summary>Passes over the training data.</summary>
    public required int Epochs { get; init; }

    /// <summary>How many of <see cref="Epochs"/> are run; the rate falls as if it were all. 0: all of them.</summary>
    public int EpochsToRun { get; init; }

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

    /// <summary>Whether blocks' matrices are moved by Muon instead of AdamW, which moves everything else.</summary>
    public bool Muon { get; init; } = true;

    /// <summary>Gradients of a greater norm are scaled down to it.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Chance that a feature of the inputs is dropped, for a whole window at once.</summary>
    public required double InputDropout { get; init; }

    /// <summary>Chance that a feature of a block's LSTM or feed-forward output is dropped, for a whole window at once.</summary>
    public required double BlockDropout { get; init; }

    /// <summary>Chance that an input's item is hidden from the network, place by place.</summary>
    public required double ItemDropout { get; init; }

    /// <summary>Chance that the time from the newest input to the target is hidden, so that lists for an unknown time are learned as well. Without time gaps of no effect.</summary>
    public double RequestGapDropout { get; init; } = 0.5;

    /// <summary>Whether the network is told how much of an item was watched or played; else each counts the same as an input. What is a target stays as it is.</summary>
    public bool Strengths { get; init; } = true;

    /// <summary>Leave a user's own other items out of the softmax, and rank without them when validating.</summary>
    public required bool MaskOwnItems { get; init; }

    /// <summary>Items drawn by popularity that a target competes with in the softmax; 0: all items.</summary>
    public int Negatives { get; init; }

    /// <summary>Whether item-to-item rules are fitted beside the network, where they make the lists of held-out users better.</summary>
    public bool Rules { get; init; } = true;

    /// <summary>Whether past sessions are kept in the model, where the nearest ones make the lists of held-out users better.</summary>
    public bool Neighbours { get; init; } = true;

    /// <summary>Whether taste vectors, linear weights and a ranker over all sources are fitted beside the network.</summary>
    public bool Sources { get; init; } = true;

    /// <summary>Half-life of the trending counts that the ranker sees, hours: the server's (TrendingHalfLifeHours), or it ranks without them.</summary>
    public int TrendingHalfLifeHours { get; init; } = 24;

    /// <summary>After the training with held-out interactions train once more on all of them, for as many epochs as were best; that is what goes live.</summary>
    public bool Refit { get; init; }

    /// <summary>Seed of everything random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Threads, each with its share of a batch. Sums are split by them: results are equal bit by bit only for equal numbers of threads.</summary>
    public int Threads { get; init; } = Math.Min(Environment.ProcessorCount, MaxThreads);

    /// <summary>What is wrong with these settings, or null.</summary>
    public string? Problem() => this switch
    {
        { Network.Members: < 1 or > SessionSettings.MaxMembers } => Out("network.members", Network.Members, $"1 to {SessionSettings.MaxMembers}"),
        { Network.EmbeddingSize: < 8 or > 1024 } => Out("network.embedding_size", Network.EmbeddingSize, "8 to 1024"),
        { Network.HiddenSize: < 8 or > 1024 } => Out("network.hidden_size", Network.HiddenSize, "8 to 1024"),
        { Network.Blocks: < 1 or > 8 } => Out("network.blocks", Network.Blocks, "1 to 8"),
        { Network.FeedForwardMultiple: < 1 or > 16 } => Out("network.feed_forward_multiple", Network.FeedForwardMultiple, "1 to 16"),
        { Epochs: < 1 or > 1000 } => Out("epochs", Epochs, "1 to 1000"),
        { EpochsToRun: < 0 } => Out("epochs_to_run", EpochsToRun, "0 or more"),
        { ValidateEvery: < 1 } => Out("validate_every", ValidateEvery, "1 or more"),
        { WindowLength: < 1 or > 10_000 } => Out("window_length", WindowLength, "1 to 10000"),
        { BatchWindows: < 1 or > 4096 } => Out("batch_windows", BatchWindows, "1 to 4096"),
        { BatchTargets: < 1 } => Out("batch_targets", BatchTargets, "1 or more"),
        { LearningRate: not (>= 1e-6 and <= 1) } => Out("learning_rate", LearningRate, "1E-06 to 1"),
        { WarmUpShare: not (>= 0 and <= 0.9) } => Out("warm_up_share", WarmUpShare, "0 to 0.9"),
        { WeightDecay: not (>= 0 and <= 10) } => Out("weight_decay", WeightDecay, "0 to 10"),
        { ClipNorm: not (> 0 and <= 1e6) } => Out("clip_norm", ClipNorm, "more than 0, at most 1E+06"),
        { InputDropout: not (>= 0 and <= 0.9) } => Out("input_dropout", InputDropout, "0 to 0.9"),
        { BlockDropout: not (>= 0 and <= 0.9) } => Out("block_dropout", BlockDropout, "0 to 0.9"),
        { ItemDropout: not (>= 0 and <= 0.9) } => Out("item_dropout", ItemDropout, "0 to 0.9"),
        { RequestGapDropout: not (>= 0 and <= 1) } => Out("request_gap_dropout", RequestGapDropout, "0 to 1"),
        { Negatives: < 0 or > 1_000_000 } => Out("negatives", Negatives, "0 to 1000000"),
        { TrendingHalfLifeHours: < 1 or > 8_760 } => Out("trending_half_life_hours", TrendingHalfLifeHours, "1 to 8760"),
        { Threads: < 1 or > MaxThreads } => Out("threads", Threads, $"1 to {MaxThreads}"),
        _ => null,
    };

    private static string Out(string name, double value, string expected) => FormattableString.Invariant($"{name} is {value}, expected {expected}");

    /// <summary>Matrix products in bfloat16, with float32 master weights.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("bfloat16")]
    public bool BFloat16 { get; init; }
}
