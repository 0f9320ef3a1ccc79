namespace Recsys.Datasets;

/// <summary>What happened. The numbers are those of recsys.v1.EventType.</summary>
public enum DatasetEventType
{
    /// <summary>A play begins.</summary>
    PlayStart = 1,

    /// <summary>A heart-beat of a play.</summary>
    PlayProgress = 2,

    /// <summary>A play ends.</summary>
    PlayStop = 3,

    /// <summary>A whole play in one event.</summary>
    Play = 4,

    /// <summary>An explicit thumbs up.</summary>
    Like = 5,

    /// <summary>An explicit thumbs down.</summary>
    Dislike = 6,

    /// <summary>A rating.</summary>
    Rating = 7,

    /// <summary>A purchase.</summary>
    Purchase = 8,

    /// <summary>The user shared the item.</summary>
    Share = 9,

    /// <summary>The user passed over the item.</summary>
    Skip = 10,

    /// <summary>The item was shown in a list.</summary>
    Impression = 11,

    /// <summary>Anything else, named by <see cref="DatasetEvent.CustomName"/>.</summary>
    Custom = 12,
}
