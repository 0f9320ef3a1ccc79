namespace Recsys.Serving.Models;

/// <summary>Where a training or an evaluation stands; the fields are those of recsys.v1.TrainProgress.</summary>
public sealed record TrainingProgress
{
    /// <summary>"export", "train", "validate", "partners", "write" or, in an evaluation, "baselines", "model", "engine".</summary>
    public required string Phase { get; init; }

    /// <summary>From 1; 0: none.</summary>
    public int Epoch { get; init; }

    /// <summary>Of how many.</summary>
    public int EpochCount { get; init; }

    /// <summary>Share of the work that is done.</summary>
    public double Fraction { get; init; }

    /// <summary>Mean cross-entropy in nats.</summary>
    public double Loss { get; init; }

    /// <summary>Targets a second.</summary>
    public double EventsPerSecond { get; init; }

    /// <summary>After an epoch that was validated.</summary>
    public IReadOnlyList<MetricsAtK> ValidationMetrics { get; init; } = [];

    /// <summary>Seconds still to go; not-a-number: unknown.</summary>
    public double RemainingSeconds { get; init; } = double.NaN;

    /// <summary>A line for people.</summary>
    public string Message { get; init; } = "";
}
