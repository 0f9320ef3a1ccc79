namespace Recsys.Serving.Models;

/// <summary>How to evaluate.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Split.</summary>
    public EvaluationSplit Split { get; init; } = EvaluationSplit.LeaveOneOut;

    /// <summary>0: chosen from the data.</summary>
    public int Epochs { get; init; }

    /// <summary>Seed of everything random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Leave out what the user has interacted with.</summary>
    public bool ExcludeSeen { get; init; } = true;

    /// <summary>0: all.</summary>
    public int MaxUsers { get; init; }
}
