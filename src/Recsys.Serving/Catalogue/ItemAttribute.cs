namespace Recsys.Serving.Catalogue;

/// <summary>A typed attribute; exactly one of the values is set.</summary>
public sealed record ItemAttribute
{
    /// <summary>Text.</summary>
    public string? Text { get; init; }

    /// <summary>Number.</summary>
    public double? Number { get; init; }

    /// <summary>Flag.</summary>
    public bool? Flag { get; init; }

    /// <summary>Texts.</summary>
    public IReadOnlyList<string>? Texts { get; init; }
}
