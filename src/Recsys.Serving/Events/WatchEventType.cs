namespace Recsys.Serving.Events;

/// <summary>What happened; the meanings are those of recsys.v1.EventType. The numbers are stored: never renumber.</summary>
public enum WatchEventType : byte
{
    /// <summary>A play begins.</summary>
    PlayStart = 1,

    /// <summary>A heart-beat of a play.</summary>
    PlayProgress = 2,

    /// <summary>A play ends.</summary>
    PlayStop = 3,

    /// <summary>A whole play in one event.</summary>
    Play = 4,

    /// <summary>A thumbs up.</summary>
    Like = 5,

    /// <summary>A thumbs down.</summary>
    Dislike = 6,

    /// <summary>A rating.</summary>
    Rating = 7,

    /// <summary>A purchase.</summary>
    Purchase = 8,

    /// <summary>A share.</summary>
    Share = 9,

    /// <summary>Passed over.</summary>
    Skip = 10,

    /// <summary>Shown in a list: goes to the exposure log.</summary>
    Impression = 11,

    /// <summary>Anything else: logged, never seen by a model.</summary>
    Custom = 12,
}
