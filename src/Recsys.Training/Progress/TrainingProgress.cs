using System.Text.Json.Serialization;
using Recsys.Inference.Evaluation;

namespace Recsys.Training.Progress;

/// <summary>Where a training stands. As JSON these are the lines that the server reads from <c>recsys-train</c>.</summary>
internal sealed record TrainingProgress
{
    /// <summary>"read", "prepare", "train", "validate", "partners", "tune", "measure", "write" or "done".</summary>
    public required string Phase { get; init; }

    /// <summary>From 1; 0 before the first.</summary>
    public int Epoch { get; init; }

    public int EpochCount { get; init; }

    /// <summary>Share of the whole work that is done, 0 to 1.</summary>
    public double Fraction { get; init; }

    /// <summary>Mean cross-entropy a target in nats, over the epoch so far; absent before the first step.</summary>
    public double? Loss { get; init; }

    /// <summary>Training targets (of a network of one's own: examples) a second, over the epoch so far.</summary>
    public double? EventsPerSecond { get; init; }

    /// <summary>After a validation: its figures at 5, 10 and 20.</summary>
    public IReadOnlyList<RankingScore>? ValidationMetrics { get; init; }

    /// <summary>Of a network of one's own, after an epoch: the mean loss an example of the validation part.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Estimated time to go.</summary>
    public double? RemainingSeconds { get; init; }

    /// <summary>A line for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether the epoch isn't over yet: such a line is soon outdated.</summary>
    [JsonIgnore]
    public bool InEpoch { get; init; }
}
