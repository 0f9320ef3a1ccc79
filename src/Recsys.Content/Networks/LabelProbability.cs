namespace Recsys.Content.Networks;

/// <summary>How probable a class or label is.</summary>
/// <param name="Label">Which.</param>
/// <param name="Probability">0 to 1.</param>
/// <param name="IsTold">Classes: whether it's the most probable one. Labels: whether it's at or above its threshold.</param>
public readonly record struct LabelProbability(string Label, float Probability, bool IsTold);
