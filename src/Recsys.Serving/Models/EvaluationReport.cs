namespace Recsys.Serving.Models;

/// <summary>The result of an evaluation; the fields are those of recsys.v1.EvaluationReport.</summary>
public sealed record EvaluationReport
{
    /// <summary>How it was split.</summary>
    public required EvaluationSplit Split { get; init; }

    /// <summary>Users evaluated.</summary>
    public required long UserCount { get; init; }

    /// <summary>Targets predicted: with <see cref="EvaluationSplit.Given"/> a user can have several.</summary>
    public required long CaseCount { get; init; }

    /// <summary>Items ranked.</summary>
    public required long ItemCount { get; init; }

    /// <summary>Interactions trained on.</summary>
    public required long TrainingInteractionCount { get; init; }

    /// <summary>One row a recommender; differences are to the first.</summary>
    public required IReadOnlyList<EvaluationRow> Rows { get; init; }

    /// <summary>NDCG@10 of the model from float16 states streamed step by step.</summary>
    public required double StreamedFloat16Ndcg { get; init; }

    /// <summary>NDCG@10 of the model over windows in float32.</summary>
    public required double WindowedFloat32Ndcg { get; init; }

    /// <summary>How ties were broken.</summary>
    public required string TieRule { get; init; }

    /// <summary>Resamples behind the intervals of differences.</summary>
    public required int BootstrapResamples { get; init; }

    /// <summary>Figures of parts of the cases.</summary>
    public required IReadOnlyList<EvaluationSlice> Slices { get; init; }

    /// <summary>How the trainings went.</summary>
    public IReadOnlyList<TrainingCurve> TrainingCurves { get; init; } = [];

    /// <summary>What to know when reading the figures, e.g. how many targets no recommender could find; each a sentence.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
