namespace Recsys.Inference.Experiments;

/// <summary>Sums over the outcomes of a log: of each unit, and of all.</summary>
internal sealed class OffPolicyUnits(int count)
{
    /// <summary>Each unit's outcomes.</summary>
    public double[] Rows { get; } = new double[count];

    /// <summary>Each unit's weights.</summary>
    public double[] Weights { get; } = new double[count];

    /// <summary>Each unit's weights times rewards.</summary>
    public double[] Weighted { get; } = new double[count];

    /// <summary>Of all outcomes.</summary>
    public double WeightSum { get; private set; }

    /// <summary>Of the weights' squares, outcome by outcome.</summary>
    public double SquareSum { get; private set; }

    /// <summary>Of the weights times the rewards' squares.</summary>
    public double WeightedSquares { get; private set; }

    /// <summary>Of the rewards.</summary>
    public double RewardSum { get; private set; }

    /// <summary>The greatest weight of an outcome.</summary>
    public double MaxWeight { get; private set; }

    /// <summary>The least and the greatest reward.</summary>
    public Interval RewardRange { get; private set; } = new(double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>Kish's effective sample size of the outcomes: (sum of weights)² / sum of squares.</summary>
    public double EffectiveRows => SquareSum > 0 ? WeightSum * WeightSum / SquareSum : 0;

    /// <summary>Kish's effective sample size of the units.</summary>
    public double EffectiveUnits => SquareSum > 0 ? WeightSum * WeightSum / Weights.Sum(weight => weight * weight) : 0;

    /// <summary>The share of all weight that the heaviest unit has.</summary>
    public double MaxShare => WeightSum > 0 ? Weights.Max() / WeightSum : 0;

    public void Add(int unit, double weight, double reward)
    {
        Rows[unit]++;
        Weights[unit] += weight;
        Weighted[unit] += weight * reward;
        WeightSum += weight;
        SquareSum += weight * weight;
        WeightedSquares += weight * reward * reward;
        RewardSum += reward;
        MaxWeight = Math.Max(MaxWeight, weight);
        RewardRange = new(Math.Min(RewardRange.Low, reward), Math.Max(RewardRange.High, reward));
    }
}
