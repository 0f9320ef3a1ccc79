namespace Recsys.Inference.Experiments;

/// <summary>Why no estimate is given.</summary>
public enum RefusalCode
{
    /// <summary>The weighted log is worth too few outcomes (Kish's effective sample size).</summary>
    EffectiveSampleSize,

    /// <summary>One unit has so much of the weight that the estimate is its outcome.</summary>
    WeightShare,

    /// <summary>The weights' mean isn't 1: the log hardly shows what the policy would, or the propensities are wrong.</summary>
    MeanWeight,

    /// <summary>All outcomes that count are alike, and nothing can be said about how others would vary.</summary>
    NoVariation,
}
