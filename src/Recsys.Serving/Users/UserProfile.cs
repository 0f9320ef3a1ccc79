using Recsys.Serving.Steering;

namespace Recsys.Serving.Users;

/// <summary>What is known of a user beside the events; the fields are those of recsys.v1.User. Stored as JSON.</summary>
public sealed record UserProfile
{
    /// <summary>The caller's id.</summary>
    public required string UserId { get; init; }

    /// <summary>The account; may be empty.</summary>
    public string AccountId { get; init; } = "";

    /// <summary>Years; null: no ceiling.</summary>
    public int? MaturityCeiling { get; init; }

    /// <summary>Whether lists may follow from the user's events.</summary>
    public ConsentChoice Personalization { get; init; }

    /// <summary>Whether events may be stored.</summary>
    public ConsentChoice Retention { get; init; }

    /// <summary>BCP 47 tag; may be empty.</summary>
    public string Locale { get; init; } = "";

    /// <summary>ISO 3166-1 alpha-2; may be empty.</summary>
    public string Country { get; init; } = "";

    /// <summary>Free attributes.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>First written, Unix ms; set by the directory.</summary>
    public long CreateTimeMs { get; init; }

    /// <summary>Last written, Unix ms; set by the directory.</summary>
    public long UpdateTimeMs { get; init; }

    /// <summary>What the user wants and picked; null: nothing. No part of the profile's version: <see cref="PreferenceBook"/> changes it, and nobody else.</summary>
    public UserSteering? Steering { get; init; }
}
