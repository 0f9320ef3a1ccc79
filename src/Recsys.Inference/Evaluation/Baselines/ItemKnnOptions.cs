namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>Settings of <see cref="ItemKnn"/>; the defaults were the best on the validation items of MovieLens 100K and 1M together; <see cref="ItemKnnSelection"/> chooses.</summary>
public sealed record ItemKnnOptions
{
    /// <summary>Neighbours kept for each item.</summary>
    public int Neighbours { get; init; } = 200;

    /// <summary>How far apart, in interactions, two items of a user may be to count as shared.</summary>
    public int Window { get; init; } = 50;

    /// <summary>Two items d interactions apart count 1 / d^this; 0 is plain co-occurrence.</summary>
    public float DistancePower { get; init; } = 0.5f;

    /// <summary>Added to both items' counts in the cosine, against chance pairs of rare items.</summary>
    public float Shrinkage { get; init; } = 10;

    /// <summary>The weight of each interaction of the history is this times that of the next newer one.</summary>
    public float Decay { get; init; } = 0.6f;
}
