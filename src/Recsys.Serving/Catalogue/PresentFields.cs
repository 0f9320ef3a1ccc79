namespace Recsys.Serving.Catalogue;

/// <summary>Which fields an item has.</summary>
[Flags]
internal enum PresentFields : ushort
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>A genre or more.</summary>
    Genres = 1,

    /// <summary>A tag or more.</summary>
    Tags = 1 << 1,

    /// <summary>A creator or more.</summary>
    Creators = 1 << 2,

    /// <summary>A language or more.</summary>
    Languages = 1 << 3,

    /// <summary>A price with its currency.</summary>
    Price = 1 << 4,

    /// <summary>A publish time.</summary>
    PublishTime = 1 << 5,

    /// <summary>A duration.</summary>
    Duration = 1 << 6,

    /// <summary>A parent.</summary>
    Parent = 1 << 7,

    /// <summary>A place within the parent.</summary>
    Ordinal = 1 << 8,
}
