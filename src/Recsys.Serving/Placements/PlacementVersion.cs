namespace Recsys.Serving.Placements;

/// <summary>A version of a placement as stored: what it was, and who changed it when.</summary>
public sealed record PlacementVersion
{
    /// <summary>Counts up from 1 with each change.</summary>
    public required long Version { get; init; }

    /// <summary>What was done.</summary>
    public required PlacementChange Change { get; init; }

    /// <summary>When, Unix ms.</summary>
    public required long ChangeTimeMs { get; init; }

    /// <summary>By which API key; empty: the server asks for none.</summary>
    public string ApiKeyId { get; init; } = "";

    /// <summary>With RolledBack: which version it was made again. Else 0.</summary>
    public long RolledBackVersion { get; init; }

    /// <summary>Fields that aren't as in the version before, in the contract's spelling.</summary>
    public IReadOnlyList<string> ChangedFields { get; init; } = [];

    /// <summary>When the placement was created, Unix ms.</summary>
    public long CreateTimeMs { get; init; }

    /// <summary>What it is in this version; null: deleted.</summary>
    public Placement? Placement { get; init; }
}
