namespace Recsys.Inference.Experiments;

/// <summary>An estimate with cut weights: steadier, and biased towards what the log shows often.</summary>
public sealed record ClippedEstimate
{
    /// <summary>Larger weights were cut to this.</summary>
    public required double Clip { get; init; }

    /// <summary>How many outcomes had a larger one.</summary>
    public required long ClippedCount { get; init; }

    /// <summary>Why not even this is given; empty where it is.</summary>
    public required IReadOnlyList<Refusal> Refusals { get; init; }

    /// <summary>Kish's, of the cut weights: of outcomes or units, whichever is less.</summary>
    public required double EffectiveSampleSize { get; init; }

    /// <summary>The share of what the policy would show that cutting took away, at the most (97.5 %): 1 less the mean of the cut weights, and 1.96 standard errors of it.</summary>
    public required double LostShare { get; init; }

    /// <summary>The weighted mean of the rewards with cut weights; null where it's refused.</summary>
    public required double? Value { get; init; }

    /// <summary>How far the bias can move the value: the lost share times the range of the rewards.</summary>
    public required double MaxBias { get; init; }

    /// <summary>95 %, the bias included: whatever the lost share would have earned within the range of the rewards. Null where it's refused.</summary>
    public required Interval? Interval { get; init; }
}
