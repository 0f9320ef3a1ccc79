namespace Recsys.Inference.Experiments;

/// <summary>Outcomes to estimate from. Memory: 16 bytes an outcome, 20 and 60 a unit where units are named; up to twice that while it grows.</summary>
public sealed class OffPolicyLog
{
    /// <summary>The greatest weight and reward: squares of sums of their products are still numbers.</summary>
    private const double Most = 1e30;

    private readonly List<double> _weights = [];
    private readonly List<double> _rewards = [];
    private readonly List<int> _units = [];
    private readonly Dictionary<ulong, int> _unitNumbers = [];
    private readonly bool _hasUnits;

    /// <summary>Starts empty.</summary>
    /// <param name="hasUnits">Outcomes come with a unit (a user, a list): those of one aren't independent, and intervals are made from units. Else each outcome is one.</param>
    public OffPolicyLog(bool hasUnits = false) => _hasUnits = hasUnits;

    /// <summary>Outcomes so far.</summary>
    public int Count => _weights.Count;

    /// <summary>Units so far.</summary>
    public int UnitCount => _hasUnits ? _unitNumbers.Count : _weights.Count;

    /// <summary>Adds an outcome.</summary>
    /// <param name="outcome">What happened.</param>
    /// <param name="unit">The unit's hash; nothing where the log has no units.</param>
    /// <exception cref="ArgumentException">A probability isn't one, or the reward isn't finite.</exception>
    public void Add(in LoggedOutcome outcome, ulong unit = 0)
    {
        if (Problem(outcome) is { } problem) throw new ArgumentException(problem, nameof(outcome));
        if (_hasUnits)
        {
            if (!_unitNumbers.TryGetValue(unit, out var number)) _unitNumbers.Add(unit, number = _unitNumbers.Count);
            _units.Add(number);
        }

        _weights.Add(outcome.Weight);
        _rewards.Add(outcome.Reward);
    }

    /// <summary>What is wrong with an outcome; null: nothing.</summary>
    public static string? Problem(in LoggedOutcome outcome)
    {
        if (!(outcome.Propensity is > 0 and <= 1)) return $"the propensity must be above 0 and at most 1, not {outcome.Propensity}";
        if (!(outcome.TargetProbability is >= 0 and <= 1)) return $"the probability must be 0 to 1, not {outcome.TargetProbability}";
        if (!(outcome.Weight <= Most)) return $"the propensity {outcome.Propensity} is too small to divide by";
        return Math.Abs(outcome.Reward) <= Most ? null : $"the reward must be a number between -{Most} and {Most}, not {outcome.Reward}";
    }

    /// <summary>The units' sums, with weights cut to a most.</summary>
    internal OffPolicyUnits Units(double clip = double.PositiveInfinity)
    {
        var units = new OffPolicyUnits(UnitCount);
        for (var row = 0; row < _weights.Count; row++) units.Add(_hasUnits ? _units[row] : row, Math.Min(_weights[row], clip), _rewards[row]);
        return units;
    }

    /// <summary>How many outcomes have a greater weight.</summary>
    internal int CountAbove(double weight) => _weights.Count(one => one > weight);
}
