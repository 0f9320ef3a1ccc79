namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>Settings of <see cref="Ials"/>.</summary>
public sealed record IalsOptions
{
    /// <summary>Length d of the vectors, 1 to 1,024.</summary>
    public int Dimensions { get; init; } = 128;

    /// <summary>Passes over users and items, at least 1.</summary>
    public int Epochs { get; init; } = 12;

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
}
