namespace Recsys.Datasets;

/// <summary>An attribute of an item; exactly one of its values is set.</summary>
public sealed record DatasetAttribute
{
    /// <summary>A text.</summary>
    public string? Text { get; init; }

    /// <summary>A finite number.</summary>
    public double? Number { get; init; }

    /// <summary>True or false.</summary>
    public bool? Flag { get; init; }

    /// <summary>Several texts.</summary>
    public IReadOnlyList<string>? Texts { get; init; }
}
