namespace Recsys.Storage;

/// <summary>A document to write or delete.</summary>
public sealed record DocumentWrite
{
    /// <summary>The collection, e.g. "items".</summary>
    public required string Collection { get; init; }

    /// <summary>Where.</summary>
    public required DocumentKey Key { get; init; }

    /// <summary>The new content; null deletes.</summary>
    public required ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>The revision that must be stored; 0: there must be none; null: whatever there is.</summary>
    public long? ExpectedRevision { get; init; }
}
