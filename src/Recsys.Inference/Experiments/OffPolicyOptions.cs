namespace Recsys.Inference.Experiments;

/// <summary>How to estimate.</summary>
public sealed record OffPolicyOptions
{
    /// <summary>Cut weights to this, above 0, and report that estimate too. Default: only where the estimate without is refused, at the root of the number of outcomes (Ionides 2008).</summary>
    public double? Clip { get; init; }

    /// <summary>Resamples of the bootstrap beside the delta method; 0: none.</summary>
    public int Resamples { get; init; } = 1_000;

    /// <summary>The most units that the bootstrap resamples: above that it takes long and tells nothing that the delta method doesn't.</summary>
    public int MaxBootstrapUnits { get; init; } = 200_000;

    /// <summary>Seed of the bootstrap.</summary>
    public long Seed { get; init; } = 1;
}
