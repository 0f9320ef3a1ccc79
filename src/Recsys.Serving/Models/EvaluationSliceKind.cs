namespace Recsys.Serving.Models;

/// <summary>By what cases are sliced; the meanings are those of recsys.v1.EvaluationSliceKind.</summary>
public enum EvaluationSliceKind : byte
{
    /// <summary>By the number of interactions before the target.</summary>
    HistoryLength = 1,

    /// <summary>By the number of training interactions of the target's item.</summary>
    TargetPopularity = 2,
}
