namespace Recsys.Datasets.Logs;

/// <summary>What a column of a policy's log holds. The name in a mapping is in brackets.</summary>
public enum PolicyLogField
{
    /// <summary>[propensity] The probability with which the policy that made the log showed what it showed.</summary>
    Propensity,

    /// <summary>[reward] What came of it: a number; of plays or clicks 1 or 0 (true and false do too).</summary>
    Reward,

    /// <summary>[action] What was shown: an item id.</summary>
    Action,

    /// <summary>[unit] Whose rows aren't independent of each other: a user or a list id.</summary>
    Unit,

    /// <summary>[probability] The probability with which the policy in question would have shown it.</summary>
    Probability,
}
