using System.Text.Json.Serialization;

namespace Recsys.Content.Networks;

/// <summary>The sizes of a network, and how it's trained. What a kind doesn't have is passed over.</summary>
public sealed record NetworkSettings
{
    /// <summary>Its family.</summary>
    public NetworkKind Kind { get; init; }

    /// <summary>What it tells.</summary>
    public NetworkTask Task { get; init; }

    /// <summary>What its training makes small. Default: cross-entropy, for numbers the mean squared error.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NetworkLoss? Loss { get; init; }

    /// <summary>Units of each hidden dense layer with ReLU before the output, at most 8 of 1 to 4,096. Default: 64 and 64 (dense), 64 (convolutional), none (recurrent, text).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Hidden { get; init; }

    /// <summary>Convolutional: its convolutions, 1 to 6. Default: one of 32 filters of 3 x 3, max-pooled 2 x 2.</summary>
    public IReadOnlyList<ConvolutionLayer> Convolutions { get; init => field = value ?? []; } = [new()];

    /// <summary>Recurrent and text: units of the LSTM, 1 to 1,024. Default: 64.</summary>
    public int LstmSize { get; init; } = 64;

    /// <summary>Recurrent and text: whether a second LSTM reads the sequence backwards. Default: no.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Recurrent and text: what is kept of the LSTM's states over the sequence. Default: the last.</summary>
    public SequencePooling Pooling { get; init; }

    /// <summary>Recurrent (of categories) and text: values of each embedding, 1 to 1,024. Default: 64.</summary>
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>Text: whether the words' and word pairs' presence has a linear way to the output beside the LSTM (wide and deep: Cheng et al. 2016). Default: yes.</summary>
    public bool Wide { get; init; } = true;

    /// <summary>Share of values dropped in training before each dense layer, 0 to 0.9. Default: 0.2.</summary>
    public float Dropout { get; init; } = 0.2f;

    /// <summary>The most passes over the training part, 1 to 1,000; fewer where the validation part gets no better for <see cref="Patience"/>. Default: 30.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Passes without a better validation loss after which a training ends, 1 to 1,000; the best pass' weights are kept. Default: 4.</summary>
    public int Patience { get; init; } = 4;

    /// <summary>Examples a step, 1 to 4,096. Default: 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Step size of AdamW, above 0, at most 1. Default: 0.001.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>Weight decay of AdamW, 0 to 1. Default: 0.01.</summary>
    public float WeightDecay { get; init; } = 0.01f;

    /// <summary>Seed of everything random. Default: 1.</summary>
    public long Seed { get; init; } = 1;
}
