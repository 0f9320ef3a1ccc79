namespace Recsys.Inference.Experiments;

/// <summary>What a policy would have earned, from the log of another one with its propensities; or why the log can't say.</summary>
public sealed record OffPolicyReport
{
    /// <summary>Outcomes.</summary>
    public required long Rows { get; init; }

    /// <summary>Independent units among them.</summary>
    public required long Units { get; init; }

    /// <summary>What the log's own policy earned: the mean of the rewards.</summary>
    public required double LoggedMean { get; init; }

    /// <summary>Kish's effective sample size of the outcomes: so many unweighted ones would say as much.</summary>
    public required double EffectiveSampleSize { get; init; }

    /// <summary>The same of the units.</summary>
    public required double EffectiveUnits { get; init; }

    /// <summary>The weights' mean: 1 for right propensities, but for chance.</summary>
    public required double MeanWeight { get; init; }

    /// <summary>Its standard error.</summary>
    public required double MeanWeightError { get; init; }

    /// <summary>The greatest weight of an outcome.</summary>
    public required double MaxWeight { get; init; }

    /// <summary>The share of all weight that the heaviest unit has.</summary>
    public required double MaxWeightShare { get; init; }

    /// <summary>Why there is no estimate; empty where there is one.</summary>
    public required IReadOnlyList<Refusal> Refusals { get; init; }

    /// <summary>The estimate; null where it's refused.</summary>
    public required OffPolicyEstimate? Estimate { get; init; }

    /// <summary>With cut weights; null where that wasn't asked for and isn't needed.</summary>
    public required ClippedEstimate? Clipped { get; init; }

    /// <summary>Estimates.</summary>
    /// <param name="log">At least one outcome.</param>
    /// <param name="options">How; null: as the options' defaults say.</param>
    public static OffPolicyReport Of(OffPolicyLog log, OffPolicyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        options ??= new();
        if (options.Clip is { } given && !(given > 0)) throw new ArgumentException($"Clip must be above 0, not {given}.", nameof(options));
        if (log.Count == 0) throw new ArgumentException("There is no outcome.", nameof(log));
        var units = log.Units();
        var meanWeight = RatioSums.Of(units.Weights, units.Rows);
        var refusals = units.WeightSum > 0
            ? OffPolicyRules.Check(units, meanWeight, clipped: false, OffPolicyEstimator.Varies(units))
            : [new Refusal(RefusalCode.EffectiveSampleSize, "the policy would have shown nothing of what the log shows")];
        var clip = options.Clip ?? (refusals.Count > 0 ? Math.Sqrt(log.Count) : null as double?);
        return new()
        {
            Rows = log.Count,
            Units = log.UnitCount,
            LoggedMean = units.RewardSum / log.Count,
            EffectiveSampleSize = units.EffectiveRows,
            EffectiveUnits = units.EffectiveUnits,
            MeanWeight = meanWeight.Value,
            MeanWeightError = meanWeight.StandardError,
            MaxWeight = units.MaxWeight,
            MaxWeightShare = units.MaxShare,
            Refusals = refusals,
            Estimate = refusals.Count > 0 ? null : OffPolicyEstimator.Estimate(units, options),
            Clipped = clip < units.MaxWeight ? OffPolicyEstimator.Clipped(log, clip.Value) : null,
        };
    }
}
