namespace Recsys.Serving.Models;

/// <summary>How to hold interactions out; the meanings are those of recsys.v1.EvaluationSplit.</summary>
public enum EvaluationSplit : byte
{
    /// <summary>The last interaction of each user.</summary>
    LeaveOneOut = 1,

    /// <summary>Everything after a moment.</summary>
    Temporal = 2,

    /// <summary>Nothing is held out: other users are given.</summary>
    Given = 3,
}
