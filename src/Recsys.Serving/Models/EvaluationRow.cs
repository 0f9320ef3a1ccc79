using Recsys.Inference.Evaluation;

namespace Recsys.Serving.Models;

/// <summary>The figures of one recommender.</summary>
/// <param name="Name">Which.</param>
/// <param name="Metrics">At 5, 10 and 20.</param>
public sealed record EvaluationRow(string Name, IReadOnlyList<MetricsAtK> Metrics)
{
    /// <summary>NDCG@10 less that of the first row.</summary>
    public DifferenceInterval NdcgDifference { get; init; }

    /// <summary>Recall@10 less that of the first row.</summary>
    public DifferenceInterval RecallDifference { get; init; }

    /// <summary>Novelty and Gini index of the first 10 items of the lists.</summary>
    public ListDiversity Diversity { get; init; }
}
