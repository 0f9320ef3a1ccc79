namespace Recsys.Content.Networks;

/// <summary>What a network tells of an example.</summary>
public sealed record Prediction
{
    /// <summary>All classes or labels, the most probable first, of as probable ones the first by ordinal; empty where the task is a number.</summary>
    public required IReadOnlyList<LabelProbability> Labels { get; init; }

    /// <summary>The number in its unit; 0 where the task is another.</summary>
    public double Number { get; init; }
}
