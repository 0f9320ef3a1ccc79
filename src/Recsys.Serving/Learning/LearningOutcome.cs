namespace Recsys.Serving.Learning;

/// <summary>What came of a scheduled training; the meanings are those of recsys.v1.LearningOutcome. The numbers are stored: never renumber.</summary>
public enum LearningOutcome : byte
{
    /// <summary>There was none yet.</summary>
    None = 0,

    /// <summary>The new model went live.</summary>
    Promoted = 1,

    /// <summary>The new model was worse than the live one on interactions that neither had seen, or nobody can tell yet, or another became live meanwhile: it's kept, and isn't live.</summary>
    Refused = 2,

    /// <summary>There was too little to learn from.</summary>
    TooFew = 3,

    /// <summary>It failed, and is tried again after a pause.</summary>
    Failed = 4,
}
