namespace Recsys.Serving.Placements;

/// <summary>What a cap counts by.</summary>
public enum PlacementCapKind : byte
{
    /// <summary>By nothing that there is: refused.</summary>
    Unknown = 0,

    /// <summary>Each genre.</summary>
    Genres = 1,

    /// <summary>Each tag.</summary>
    Tags = 2,

    /// <summary>Each creator.</summary>
    Creators = 3,

    /// <summary>The item's kind.</summary>
    ItemKind = 4,

    /// <summary>The containing item.</summary>
    Parent = 5,

    /// <summary>Each value of a typed attribute.</summary>
    Typed = 6,
}
