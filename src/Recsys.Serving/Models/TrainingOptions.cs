namespace Recsys.Serving.Models;

/// <summary>How to train.</summary>
public sealed record TrainingOptions
{
    /// <summary>0: chosen from the data.</summary>
    public int Epochs { get; init; }

    /// <summary>Seed of everything random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The trainer's settings, a JSON object; null: those of <see cref="EngineOptions.TrainerSettings"/>.</summary>
    public string? SettingsJson { get; init; }

    /// <summary>Whether the new model goes live.</summary>
    public bool Activate { get; init; } = true;
}
