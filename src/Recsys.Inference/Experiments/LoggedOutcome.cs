namespace Recsys.Inference.Experiments;

/// <summary>A shown item, with the probability that the policy which made the list logged for it.</summary>
/// <param name="Propensity">The probability with which that policy showed the item there: above 0, at most 1.</param>
/// <param name="TargetProbability">The probability with which the policy in question would have: 0 to 1.</param>
/// <param name="Reward">What came of it: a play as 1 or 0, seconds played, any finite number.</param>
public readonly record struct LoggedOutcome(double Propensity, double TargetProbability, double Reward)
{
    /// <summary>How much the outcome counts for the policy in question.</summary>
    public double Weight => TargetProbability / Propensity;
}
