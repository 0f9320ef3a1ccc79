namespace Recsys.Serving.Placements;

/// <summary>What happened to a placement in a version; numbers as in recsys.v1.PlacementChange.</summary>
public enum PlacementChange : byte
{
    /// <summary>There was none before.</summary>
    Created = 1,

    /// <summary>Replaced as a whole.</summary>
    Replaced = 2,

    /// <summary>Deleted.</summary>
    Deleted = 3,

    /// <summary>Made what it was in an earlier version.</summary>
    RolledBack = 4,
}
