namespace Recsys.Serving.Lists;

/// <summary>What an app can say of an item on a shelf; numbers as in recsys.v1.ReasonKind.</summary>
public enum ReasonKind : byte
{
    /// <summary>Nothing more than the source says.</summary>
    Unspecified = 0,

    /// <summary>The user is in the middle of it.</summary>
    Underway = 1,

    /// <summary>It follows the episode completed last.</summary>
    NextEpisode = 2,

    /// <summary>Played before, and liked or completed.</summary>
    Again = 3,

    /// <summary>Like an item that was played and liked.</summary>
    BecausePlayed = 4,

    /// <summary>It came out lately.</summary>
    New = 5,

    /// <summary>Played by many now.</summary>
    Trending = 6,
}
