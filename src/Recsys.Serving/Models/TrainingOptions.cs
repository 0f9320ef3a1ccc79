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

    /// <summary>0: as many as the trainer chooses.</summary>
    public int Threads { get; init; }

    /// <summary>Whether the training begins from the live model's weights, where there is one of the same sizes; it then takes fewer epochs.</summary>
    public bool WarmStart { get; init; }

    /// <summary>Whether the new model goes live only if it isn't worse than the live one on interactions that neither has seen.</summary>
    public bool Gate { get; init; }

    /// <summary>Whether the new model goes live.</summary>
    public bool Activate { get; init; } = true;
}
