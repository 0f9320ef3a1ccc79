namespace Recsys.Serving.Learning;

/// <summary>What continuous learning does with a namespace; the fields are those of recsys.v1.LearningStatus.</summary>
public sealed record LearningStatus
{
    /// <summary>Whether this server learns by itself.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Whether the namespace is being trained now, by whichever server.</summary>
    public required bool Training { get; init; }

    /// <summary>Interactions since the live model's training began.</summary>
    public required long NewInteractionCount { get; init; }

    /// <summary>When the last training began, Unix ms; 0: there was none.</summary>
    public required long LastStartMs { get; init; }

    /// <summary>When it ended, Unix ms; 0: it hasn't.</summary>
    public required long LastEndMs { get; init; }

    /// <summary>What came of it.</summary>
    public required LearningOutcome Outcome { get; init; }

    /// <summary>The same in words.</summary>
    public required string Message { get; init; }

    /// <summary>Failures in a row.</summary>
    public required int FailureCount { get; init; }

    /// <summary>The earliest next training, Unix ms; 0: only new interactions bring it.</summary>
    public required long NextTimeMs { get; init; }
}
