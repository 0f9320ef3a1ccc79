using Recsys.Content.Preprocessing;

namespace Recsys.Content.Networks;

/// <summary>What a training is told: the columns, the target, and the network.</summary>
public sealed record NetworkSpec
{
    /// <summary>What the network reads, in this order. Dense: numbers, categories and texts (as words); convolutional: one image; recurrent: one sequence; text: texts, joined.</summary>
    public required IReadOnlyList<ColumnSettings> Columns { get; init; }

    /// <summary>The column that holds the class, the labels or the number.</summary>
    public required string Target { get; init; }

    /// <summary>What separates labels in a text of the target column, e.g. ", ". Default: "|".</summary>
    public string LabelSeparator { get; init => field = value ?? "|"; } = "|";

    /// <summary>The column that says "train", "validation" or "test"; empty: the seed splits 80, 10 and 10 %. Default: empty.</summary>
    public string PartColumn { get; init => field = value ?? ""; } = "";

    /// <summary>Classes or labels with fewer training examples are left out (their examples too, where the task is classes), 1 to 1,000,000. Default: 2.</summary>
    public int LeastExamples { get; init; } = 2;

    /// <summary>Its sizes and training.</summary>
    public required NetworkSettings Network { get; init; }
}
