using System.Globalization;

namespace Recsys.Inference.Experiments;

/// <summary>
/// When an estimate is refused. All rules but the last go by the weights alone: a rule that goes by which outcomes happened to be good keeps the lucky logs, and intervals of those hold the truth less
/// often. Where the numbers come from: docs/decisions/018.
/// </summary>
public static class OffPolicyRules
{
    /// <summary>
    /// The least effective sample size. The sum of the weights then is right to a tenth, and the bias of dividing by it (of the order of 1 / size) is a hundredth of the outcomes' deviation,
    /// a tenth of the standard error.
    /// </summary>
    public const double MinEffectiveSampleSize = 100;

    /// <summary>The most of all weight that one unit may have: the others are at least 20 of its kind.</summary>
    public const double MaxWeightShare = 0.05;

    /// <summary>How far the weights' mean may be from 1, which it is for right propensities: as much of what the policy would show is in doubt.</summary>
    public const double MaxMeanWeightError = 0.1;

    /// <summary>How many standard errors the weights' mean may be from 1: beyond, chance doesn't do it more often than once in a thousand times.</summary>
    public const double MaxMeanWeightDeviation = 3.29;

    /// <summary>What speaks against an estimate from these units.</summary>
    /// <param name="units">The log's sums.</param>
    /// <param name="meanWeight">The weights' mean.</param>
    /// <param name="clipped">The weights are cut, so that their mean is below 1.</param>
    /// <param name="varies">The outcomes aren't all alike, or are shares, whose variation is known.</param>
    internal static IReadOnlyList<Refusal> Check(OffPolicyUnits units, RatioSums meanWeight, bool clipped, bool varies)
    {
        var refusals = new List<Refusal>();
        var size = Math.Min(units.EffectiveRows, units.EffectiveUnits);
        if (!(size >= MinEffectiveSampleSize))
            Add(RefusalCode.EffectiveSampleSize, $"the weighted log is worth {size:0.#} outcomes, fewer than {MinEffectiveSampleSize}");
        if (units.MaxShare > MaxWeightShare)
            Add(RefusalCode.WeightShare, $"one outcome or unit has {units.MaxShare:P1} of all weight, more than {MaxWeightShare:P0}");
        var off = Math.Abs(meanWeight.Value - 1);
        if (!clipped && off > Math.Min(MaxMeanWeightError, Math.Max(MaxMeanWeightDeviation * meanWeight.StandardError, 1e-6)))
        {
            var mean = string.Create(CultureInfo.InvariantCulture, $"{meanWeight.Value:0.###} (standard error {meanWeight.StandardError:0.###})");
            Add(RefusalCode.MeanWeight, $"the weights' mean is {mean} instead of 1: the log hardly shows what the policy would, or the probabilities are wrong");
        }

        if (!varies) Add(RefusalCode.NoVariation, $"all outcomes are {units.RewardRange.High:0.###}");
        return refusals;

        void Add(RefusalCode code, FormattableString text) => refusals.Add(new(code, text.ToString(CultureInfo.InvariantCulture)));
    }
}
