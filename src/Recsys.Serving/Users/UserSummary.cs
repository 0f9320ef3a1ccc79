namespace Recsys.Serving.Users;

/// <summary>A user's profile with a summary of the state; the fields are those of recsys.v1.UserState.</summary>
public sealed record UserSummary
{
    /// <summary>The profile; one with nothing but the id where only events are known.</summary>
    public required UserProfile Profile { get; init; }

    /// <summary>The profile's version; empty: no profile is stored.</summary>
    public required string Etag { get; init; }

    /// <summary>Counts up with every commit.</summary>
    public required long Revision { get; init; }

    /// <summary>Interactions in the ring.</summary>
    public required int RingCount { get; init; }

    /// <summary>Interactions ever.</summary>
    public required long InteractionCount { get; init; }

    /// <summary>Open plays.</summary>
    public required int OpenPlayCount { get; init; }

    /// <summary>Size of the stored state.</summary>
    public required int StateBytes { get; init; }

    /// <summary>Newest event, Unix ms; null: none.</summary>
    public required long? LastEventTimeMs { get; init; }

    /// <summary>Items of the newest 20 interactions, newest first.</summary>
    public required IReadOnlyList<string> RecentItemIds { get; init; }
}
