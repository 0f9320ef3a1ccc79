namespace Recsys.Datasets.Logs;

/// <summary>A row of a policy's log. What the log has no column for, or wasn't asked for, is 1, 0 or empty.</summary>
/// <param name="Line">Its (first) line's number, or the row's in Parquet, from 1.</param>
/// <param name="Propensity">Above 0, at most 1.</param>
/// <param name="Probability">0 to 1.</param>
/// <param name="Reward">Any finite number.</param>
/// <param name="Action">What was shown.</param>
/// <param name="Unit">Whose row it is.</param>
public readonly record struct PolicyLogRow(long Line, double Propensity, double Probability, double Reward, string Action, string Unit);
