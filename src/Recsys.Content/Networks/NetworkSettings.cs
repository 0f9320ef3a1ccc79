using System.Text.Json.Serialization;
using Recsys.Inference.Artefacts;

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

    /// <summary>
    /// Units of each hidden dense layer with ReLU before the output, at most 8 of 1 to 4,096. Default: 64 and 64 (dense), 64 (convolutional), none (recurrent,
    /// text).
    /// </summary>
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

    /// <summary>
    /// Text: whether the words' and word pairs' presence has a linear way to the output beside the LSTM (wide and deep: Cheng et al. 2016). Default: yes.
    /// </summary>
    public bool Wide { get; init; } = true;

    /// <summary>Share of values dropped in training before each dense layer, and of whole steps of categories and word pieces, 0 to 0.9. Default: 0.2.</summary>
    public float Dropout { get; init; } = 0.2f;

    /// <summary>
    /// The most passes over the training part, 1 to 1,000; fewer where the validation part gets no better for <see cref="Patience"/>. Default: 30.
    /// </summary>
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

    /// <summary>Units of each hidden dense layer: <see cref="Hidden"/>, or the kind's default.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> HiddenSizes => Hidden ?? Kind switch
    {
        NetworkKind.Dense => [64, 64],
        NetworkKind.Convolutional => [64],
        _ => [],
    };

    /// <summary><see cref="Loss"/>, or the task's default.</summary>
    [JsonIgnore]
    public NetworkLoss LossOrDefault => Loss ?? (Task == NetworkTask.Number ? NetworkLoss.MeanSquaredError : NetworkLoss.CrossEntropy);

    /// <summary>
    /// Every tensor of a network of these settings, in file order. Names: <c>convolutions.0.weight</c>, <c>embedding.weight</c>, <c>lstm.weight_ih</c>,
    /// <c>lstm_reverse.bias</c>, <c>hidden.0.weight</c>,
    /// <c>output.bias</c>, <c>wide.weight</c>; layouts are torch's, the LSTM's bias is the sum of torch's two, a feature map is flattened as (channels, height,
    /// width).
    /// </summary>
    public IEnumerable<TensorShape> Tensors(NetworkSizes sizes) => NetworkTensors.Of(this, sizes);

    /// <summary>What is wrong with these settings (the field, its value, what was expected), or null.</summary>
    public string? Problem()
    {
        if (!Enum.IsDefined(Kind)) return $"kind is {Kind}, expected one of {string.Join(", ", Enum.GetNames<NetworkKind>())}";
        if (!Enum.IsDefined(Task)) return $"task is {Task}, expected one of {string.Join(", ", Enum.GetNames<NetworkTask>())}";
        if (Loss is { } loss && !Enum.IsDefined(loss)) return $"loss is {loss}, expected one of {string.Join(", ", Enum.GetNames<NetworkLoss>())}";
        if (!Enum.IsDefined(Pooling)) return $"pooling is {Pooling}, expected one of {string.Join(", ", Enum.GetNames<SequencePooling>())}";
        if (Task == NetworkTask.Number && Loss == NetworkLoss.CrossEntropy) return "loss is CrossEntropy, expected MeanSquaredError where the task is Number";
        if (HiddenSizes.Count > 8) return $"hidden has {HiddenSizes.Count} layers, expected at most 8";
        foreach (var units in HiddenSizes)
        {
            if (units is < 1 or > 4096) return $"hidden holds {units}, expected 1 to 4096 units";
        }

        return (Kind == NetworkKind.Convolutional ? ConvolutionProblem() : null) ?? this switch
        {
            { LstmSize: < 1 or > 1024 } => $"lstm_size is {LstmSize}, expected 1 to 1024",
            { EmbeddingSize: < 1 or > 1024 } => $"embedding_size is {EmbeddingSize}, expected 1 to 1024",
            { Dropout: not (>= 0 and <= 0.9f) } => $"dropout is {Dropout}, expected 0 to 0.9",
            { Epochs: < 1 or > 1000 } => $"epochs is {Epochs}, expected 1 to 1000",
            { Patience: < 1 or > 1000 } => $"patience is {Patience}, expected 1 to 1000",
            { BatchSize: < 1 or > 4096 } => $"batch_size is {BatchSize}, expected 1 to 4096",
            { LearningRate: not (> 0 and <= 1) } => $"learning_rate is {LearningRate}, expected more than 0, at most 1",
            { WeightDecay: not (>= 0 and <= 1) } => $"weight_decay is {WeightDecay}, expected 0 to 1",
            _ => null,
        };
    }

    private string? ConvolutionProblem()
    {
        if (Convolutions.Count is < 1 or > 6) return $"convolutions has {Convolutions.Count} layers, expected 1 to 6";
        for (var i = 0; i < Convolutions.Count; i++)
        {
            var problem = Convolutions[i] switch
            {
                null => " is null, expected a layer",
                { Filters: (< 1 or > 512) and var filters } => $".filters is {filters}, expected 1 to 512",
                { Kernel: (< 1 or > 11) and var kernel } => $".kernel is {kernel}, expected an odd number of 1 to 11",
                { Kernel: var kernel } when kernel % 2 == 0 => $".kernel is {kernel}, expected an odd number of 1 to 11",
                { Pool: (< 1 or > 8) and var pool } => $".pool is {pool}, expected 1 to 8",
                _ => null,
            };
            if (problem is not null) return $"convolutions[{i}]{problem}";
        }

        return null;
    }
}
