namespace Recsys.Serving.Learning;

/// <summary>What continuous learning remembers of a namespace, as stored.</summary>
internal sealed record NamespaceLearning
{
    /// <summary>Interactions in the log up to the state's cursor.</summary>
    public long Counted { get; init; }

    /// <summary>How many of them there were when the live model's training began.</summary>
    public long Trained { get; init; }

    /// <summary>The live model when this was written; empty: none.</summary>
    public string Model { get; init; } = "";

    /// <summary>When the last training began, or the live model's did, Unix ms; 0: there was none.</summary>
    public long LastStartMs { get; init; }

    /// <summary>When the last training ended, Unix ms; 0: there was none.</summary>
    public long LastEndMs { get; init; }

    /// <summary>What came of it.</summary>
    public LearningOutcome Outcome { get; init; }

    /// <summary>The same in words.</summary>
    public string Message { get; init; } = "";

    /// <summary>Trainings that failed since the last one that didn't.</summary>
    public int Failures { get; init; }

    /// <summary>After a failure: no training before this, Unix ms.</summary>
    public long NotBeforeMs { get; init; }

    /// <summary>Interactions that the live model hasn't learned.</summary>
    public long NewCount => Math.Max(0, Counted - Trained);
}
