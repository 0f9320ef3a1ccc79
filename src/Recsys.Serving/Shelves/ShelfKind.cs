namespace Recsys.Serving.Shelves;

/// <summary>What a shelf holds; numbers and meanings as in recsys.v1.ShelfKind.</summary>
public enum ShelfKind : byte
{
    /// <summary>The ordinary list.</summary>
    Recommended = 1,

    /// <summary>What is underway.</summary>
    Continue = 2,

    /// <summary>The episodes that come next.</summary>
    NextEpisode = 3,

    /// <summary>What can be played again.</summary>
    Again = 4,

    /// <summary>Like an item that was liked.</summary>
    BecauseYouPlayed = 5,

    /// <summary>What came out lately.</summary>
    New = 6,

    /// <summary>What is played most now.</summary>
    Trending = 7,
}
