namespace Recsys.Serving.Models;

/// <summary>The figures of some of the cases; the fields are those of recsys.v1.EvaluationSlice.</summary>
public sealed record EvaluationSlice
{
    /// <summary>By what.</summary>
    public required EvaluationSliceKind Kind { get; init; }

    /// <summary>For people, with its boundaries.</summary>
    public required string Name { get; init; }

    /// <summary>The fewest interactions that a case of it has.</summary>
    public required long From { get; init; }

    /// <summary>The most.</summary>
    public required long To { get; init; }

    /// <summary>Cases in it.</summary>
    public required long CaseCount { get; init; }

    /// <summary>NDCG@10 and Recall@10 of each row, in the rows' order.</summary>
    public required IReadOnlyList<(double Ndcg, double Recall)> Figures { get; init; }
}
