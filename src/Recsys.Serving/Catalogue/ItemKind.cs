namespace Recsys.Serving.Catalogue;

/// <summary>What an item is; numbers as in recsys.v1.ItemKind.</summary>
public enum ItemKind : byte
{
    /// <summary>Nothing said.</summary>
    Unspecified = 0,

    /// <summary>A game.</summary>
    Game = 1,

    /// <summary>A film.</summary>
    Film = 2,

    /// <summary>A series; a container.</summary>
    Series = 3,

    /// <summary>A season; a container.</summary>
    Season = 4,

    /// <summary>An episode.</summary>
    Episode = 5,

    /// <summary>A video.</summary>
    Video = 6,

    /// <summary>A song.</summary>
    Song = 7,

    /// <summary>A playable part of a game.</summary>
    Level = 8,

    /// <summary>An in-game good.</summary>
    Good = 9,

    /// <summary>Anything else.</summary>
    Other = 10,
}
