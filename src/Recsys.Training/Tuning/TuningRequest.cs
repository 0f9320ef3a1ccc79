using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.Training.Tuning;

/// <summary>What a tuning is to do.</summary>
internal sealed record TuningRequest
{
    /// <summary>The data's shape.</summary>
    public required DataShape Shape { get; init; }

    /// <summary>Trial 0; its epochs are those of the last rung.</summary>
    public required TrainingSettings Preset { get; init; }

    /// <summary>What is tuned.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>Trials, the preset included; null: as many as end within the budget.</summary>
    public int? Trials { get; init; }

    /// <summary>Users to hold out an interaction of; null: chosen by the data's size.</summary>
    public int? ValidationUsers { get; init; }

    /// <summary>Seed of everything random.</summary>
    public required long Seed { get; init; }
}
