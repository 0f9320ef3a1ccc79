namespace Recsys.Serving.Models;

/// <summary>The figures of one recommender.</summary>
/// <param name="Name">Which.</param>
/// <param name="Metrics">At 5, 10 and 20.</param>
public sealed record EvaluationRow(string Name, IReadOnlyList<MetricsAtK> Metrics);
