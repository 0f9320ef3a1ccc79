namespace Recsys.Inference.Taste;

/// <summary>Settings of a Taste model and of its fit.</summary>
public sealed record TasteOptions
{
    /// <summary>The most <see cref="Dimensions"/>.</summary>
    public const int MostDimensions = 1024;

    /// <summary>Length d of the vectors, 1 to 1,024.</summary>
    public int Dimensions { get; init; } = 128;

    /// <summary>Passes over users and items, at least 1.</summary>
    public int Epochs { get; init; } = 12;

    /// <summary>
    /// Values of a vector that are solved for at once (iALS++), 1 to 1,024. From <see cref="Dimensions"/> on each vector is solved for whole, which is iALS. Smaller blocks cost less a pass where
    /// vectors are long, and need a few passes more.
    /// </summary>
    public int BlockSize { get; init; } = 64;

    /// <summary>Weight alpha0 of every pair that was not observed, above 0.</summary>
    public float UnobservedWeight { get; init; } = 0.1f;

    /// <summary>Regularisation lambda, above 0.</summary>
    public float Regularisation { get; init; } = 0.003f;

    /// <summary>Exponent nu of the regularisation's scaling by frequency, 0 (none) to 1.</summary>
    public float FrequencyPower { get; init; } = 1;

    /// <summary>Standard deviation of the first item vectors, times the square root of d.</summary>
    public float InitialScale { get; init; } = 0.1f;

    /// <summary>Of the first item vectors: equal seeds and input give equal bits.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What the share of an interaction counts on top of 1 in its confidence, see <see cref="TasteConfidence"/>; 0: nothing.</summary>
    public float StrengthWeight { get; init; }

    /// <summary>What is wrong with these settings, or null.</summary>
    internal string? Problem() => this switch
    {
        { Dimensions: < 1 or > MostDimensions } => $"dimensions is {Dimensions}, expected 1 to {MostDimensions}",
        { BlockSize: < 1 or > MostDimensions } => $"block_size is {BlockSize}, expected 1 to {MostDimensions}",
        { Epochs: < 1 } => $"epochs is {Epochs}, expected at least 1",
        { UnobservedWeight: not (> 0 and <= 1e6f) } => $"unobserved_weight is {UnobservedWeight}, expected more than 0, at most 1000000",
        { Regularisation: not (> 0 and <= 1e6f) } => $"regularisation is {Regularisation}, expected more than 0, at most 1000000",
        { FrequencyPower: not (>= 0 and <= 1) } => $"frequency_power is {FrequencyPower}, expected 0 to 1",
        { InitialScale: not (> 0 and <= 1e3f) } => $"initial_scale is {InitialScale}, expected more than 0, at most 1000",
        { StrengthWeight: not (>= 0 and <= 1e3f) } => $"strength_weight is {StrengthWeight}, expected 0 to 1000",
        _ => null,
    };
}
