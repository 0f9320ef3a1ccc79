namespace Recsys.Inference.Experiments;

/// <summary>A policy's mean reward, estimated from another policy's log.</summary>
public sealed record OffPolicyEstimate
{
    /// <summary>SNIPS, the self-normalised estimate (Swaminathan and Joachims 2015): the weighted mean of the rewards.</summary>
    public required double Value { get; init; }

    /// <summary>
    /// 95 %. Made from the larger of two standard errors: the delta method's, and the one that the weights alone say, (rewards' weighted deviation) / root of the effective sample size. The
    /// former is too small where no good outcome happened to have a large weight.
    /// </summary>
    public required Interval Interval { get; init; }

    /// <summary>The larger of the two standard errors.</summary>
    public required double StandardError { get; init; }

    /// <summary>By the delta method over units (Owen 2013, equation 9.9).</summary>
    public required double DeltaStandardError { get; init; }

    /// <summary>95 % by the delta method alone, the same to both sides: a cross-check, too narrow where outcomes are rare.</summary>
    public required Interval DeltaInterval { get; init; }

    /// <summary>95 % by a percentile bootstrap of units: a cross-check of the delta method, with the same weakness; null where it wasn't made.</summary>
    public required Interval? BootstrapInterval { get; init; }

    /// <summary>IPS, the plain inverse-propensity estimate (Horvitz and Thompson 1952): the sum of weighted rewards over the number of outcomes. Unbiased, and less steady.</summary>
    public required double Ips { get; init; }

    /// <summary>Of IPS, by the delta method.</summary>
    public required double IpsStandardError { get; init; }
}
