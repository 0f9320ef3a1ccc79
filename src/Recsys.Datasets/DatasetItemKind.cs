namespace Recsys.Datasets;

/// <summary>What an item is. The numbers are those of recsys.v1.ItemKind.</summary>
public enum DatasetItemKind
{
    /// <summary>A game.</summary>
    Game = 1,

    /// <summary>A film.</summary>
    Film = 2,

    /// <summary>A series: a container, not itself played.</summary>
    Series = 3,

    /// <summary>A season: a container, not itself played.</summary>
    Season = 4,

    /// <summary>An episode.</summary>
    Episode = 5,

    /// <summary>A short or user-made video.</summary>
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
