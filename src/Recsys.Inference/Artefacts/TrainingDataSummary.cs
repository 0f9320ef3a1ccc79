namespace Recsys.Inference.Artefacts;

/// <summary>What a model was trained on.</summary>
public sealed record TrainingDataSummary
{
    /// <summary>Users with at least one interaction.</summary>
    public required long Users { get; init; }

    /// <summary>Items that the model knows.</summary>
    public required long Items { get; init; }

    /// <summary>Interactions.</summary>
    public required long Interactions { get; init; }

    /// <summary>Time of the oldest interaction, milliseconds since 1970 UTC.</summary>
    public required long FirstTimeMs { get; init; }

    /// <summary>Time of the newest interaction, milliseconds since 1970 UTC.</summary>
    public required long LastTimeMs { get; init; }
}
