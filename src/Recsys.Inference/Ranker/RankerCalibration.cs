namespace Recsys.Inference.Ranker;

/// <summary>
/// What a ranker's logits say of the odds that something is played when it's shown: log odds = slope x logit + intercept (Platt 1999), fitted to what users were shown and played or didn't play,
/// and measured on users that neither the ranker nor the slope was fitted to.
/// </summary>
public sealed record RankerCalibration
{
    /// <summary>Above 0.</summary>
    public required float Slope { get; init; }

    /// <summary>Log odds at logit 0, where an item is usually shown.</summary>
    public required float Intercept { get; init; }

    /// <summary>Items that were shown, to fit and to measure.</summary>
    public required int Exposures { get; init; }

    /// <summary>The share of them that was played.</summary>
    public required double PlayRate { get; init; }

    /// <summary>Mean logarithmic loss of the predicted probabilities, nats.</summary>
    public required double LogLoss { get; init; }

    /// <summary>The same of saying <see cref="PlayRate"/> of each.</summary>
    public required double BaseLogLoss { get; init; }

    /// <summary>
    /// Expected calibration error (Naeini, Cooper and Hauskrecht 2015, ten bins of equally many): the mean distance of a bin's play rate from what was predicted.
    /// </summary>
    public required double Error { get; init; }

    /// <summary>log of the probability of a play.</summary>
    public float LogProbability(float logit)
    {
        var odds = (Slope * logit) + Intercept;

        // log sigmoid(x) without overflow.
        return Math.Min(odds, 0) - MathF.Log(1 + MathF.Exp(-MathF.Abs(odds)));
    }

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Problem() => this switch
    {
        { Slope: not (> 0 and <= 1e6f) } => $"slope is {Slope}, expected more than 0",
        { Intercept: not (>= -1e6f and <= 1e6f) } => $"intercept is {Intercept}, expected a finite number",
        _ => null,
    };
}
