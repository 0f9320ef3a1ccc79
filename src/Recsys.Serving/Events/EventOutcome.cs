namespace Recsys.Serving.Events;

/// <summary>What became of one event that was handed to the engine.</summary>
public enum EventOutcome
{
    /// <summary>Stored as firmly as the store's durability says.</summary>
    Accepted = 1,

    /// <summary>Its event id is in the duplicate window; nothing changed.</summary>
    Duplicate = 2,

    /// <summary>Dropped: the user doesn't allow retention.</summary>
    Discarded = 3,

    /// <summary>Not stored: the engine's queue is full; send again.</summary>
    Overloaded = 4,

    /// <summary>Not known to be stored: the store failed; send again with the same event id.</summary>
    Unavailable = 5,
}
