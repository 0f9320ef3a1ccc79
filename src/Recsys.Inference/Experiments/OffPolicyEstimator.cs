namespace Recsys.Inference.Experiments;

/// <summary>The estimates themselves.</summary>
internal static class OffPolicyEstimator
{
    /// <summary>Whether outcomes vary enough for a standard error; shares have one where they don't.</summary>
    public static bool Varies(OffPolicyUnits units) => units.RewardRange.Low < units.RewardRange.High || IsBinary(units.RewardRange);

    /// <summary>The estimate from weights as they are.</summary>
    public static OffPolicyEstimate Estimate(OffPolicyUnits units, OffPolicyOptions options)
    {
        var snips = RatioSums.Of(units.Weighted, units.Weights);
        var ips = RatioSums.Of(units.Weighted, units.Rows);
        var error = Error(units, snips);
        return new()
        {
            Value = snips.Value,
            Interval = ScoreInterval.Of(snips.Value, error, units.EffectiveRows, units.RewardRange),
            StandardError = error,
            DeltaStandardError = snips.StandardError,
            DeltaInterval = snips.Interval,
            BootstrapInterval = options.Resamples > 0 && units.Weights.Length <= options.MaxBootstrapUnits
                ? RatioBootstrap.Interval(units.Weighted, units.Weights, options.Resamples, options.Seed)
                : null,
            Ips = ips.Value,
            IpsStandardError = ips.StandardError,
        };
    }

    /// <summary>
    /// The estimate from cut weights. The policy's mean is that of the part which is left, and of the lost share whatever it earned: so the interval's ends are those of the part, moved
    /// to the least and greatest reward by the lost share.
    /// </summary>
    public static ClippedEstimate Clipped(OffPolicyLog log, double clip)
    {
        var units = log.Units(clip);
        var meanWeight = RatioSums.Of(units.Weights, units.Rows);
        var lost = Math.Clamp(1 - meanWeight.Value + (Distributions.Z95 * meanWeight.StandardError), 0, 1);
        var range = IsShare(units.RewardRange) ? new Interval(0, 1) : units.RewardRange;
        var refusals = OffPolicyRules.Check(units, meanWeight, clipped: true, Varies(units));
        var snips = RatioSums.Of(units.Weighted, units.Weights);
        var part = refusals.Count > 0 ? null as Interval? : ScoreInterval.Of(snips.Value, Error(units, snips), units.EffectiveRows, units.RewardRange);
        return new()
        {
            Clip = clip,
            ClippedCount = log.CountAbove(clip),
            Refusals = refusals,
            EffectiveSampleSize = Math.Min(units.EffectiveRows, units.EffectiveUnits),
            LostShare = lost,
            Value = part is null ? null : snips.Value,
            MaxBias = lost * (range.High - range.Low),
            Interval = part is { } kept ? new(((1 - lost) * kept.Low) + (lost * range.Low), ((1 - lost) * kept.High) + (lost * range.High)) : null,
        };
    }

    /// <summary>The larger of the delta method's standard error and the one by the weights alone: root of (the rewards' weighted variance / effective sample size).</summary>
    private static double Error(OffPolicyUnits units, RatioSums snips)
    {
        var variance = Math.Max(0, (units.WeightedSquares / units.WeightSum) - (snips.Value * snips.Value));
        return Math.Max(snips.StandardError, Math.Sqrt(variance / units.EffectiveRows));
    }

    private static bool IsShare(Interval rewards) => rewards.Low >= 0 && rewards.High <= 1;

    private static bool IsBinary(Interval rewards) => rewards.Low == rewards.High && rewards.Low is 0 or 1;
}
