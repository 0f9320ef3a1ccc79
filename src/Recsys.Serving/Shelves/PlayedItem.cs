namespace Recsys.Serving.Shelves;

/// <summary>What users did with one item, all of it together.</summary>
/// <param name="item">Its number.</param>
internal sealed class PlayedItem(uint item)
{
    /// <summary>Its number.</summary>
    public uint Item { get; } = item;

    /// <summary>Plays of a tenth and more.</summary>
    public int PlayCount { get; set; }

    /// <summary>The newest such play or rating, Unix ms.</summary>
    public long TouchedMs { get; set; }

    /// <summary>The newest play, where it reached 10 % to 90 % and nothing ended it since; null: there is none.</summary>
    public PlayedPart? Underway { get; set; }

    /// <summary>When it was last completed, Unix ms; null: never.</summary>
    public long? CompletedMs { get; set; }

    /// <summary>When it was last liked, Unix ms; null: never.</summary>
    public long? LikedMs { get; set; }

    /// <summary>Whether the latest word on it is a dislike.</summary>
    public bool IsDisliked { get; set; }

    /// <summary>How much it was played and liked, what is 30 days older counting half.</summary>
    public double Worth { get; set; }
}
