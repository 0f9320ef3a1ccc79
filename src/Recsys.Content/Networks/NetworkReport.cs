using System.Text.Json.Serialization;
using Recsys.Content.Examples;
using Recsys.Content.Metrics;

namespace Recsys.Content.Networks;

/// <summary>How good a model, or what it's compared with, was on a part of the examples: one of the three reports.</summary>
public sealed record NetworkReport
{
    /// <summary>The <see cref="Model"/> of the network itself.</summary>
    public const string Network = "network";

    /// <summary>What was measured: <see cref="Network"/>, or a baseline such as "majority" and "linear".</summary>
    public required string Model { get; init; }

    /// <summary>On which part.</summary>
    public required ExamplePart Part { get; init; }

    /// <summary>Where the task is classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClassificationReport? Classes { get; init; }

    /// <summary>Where the task is labels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LabelsReport? Labels { get; init; }

    /// <summary>Where the task is a number.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NumberReport? Number { get; init; }
}
