namespace Recsys.Datasets;

/// <summary>An event of a data set, within the limits that the server accepts.</summary>
public sealed record DatasetEvent
{
    /// <summary>
    /// The key of exactly-once delivery. Taken from the data set where it has ids, else made from the format, the line's number and its content (MovieLens:
    /// user, item
    /// and time). So a file that's imported again gives the same ids, also after lines were appended to it or it was compressed or renamed; a file whose
    /// earlier
    /// lines were inserted, removed or changed doesn't. The server answers a known id as a duplicate within its window only: 24 hours and the user's last
    /// 1,000 events.
    /// A second import later than that, or of a user's events before the last 1,000, stores them twice. Empty for an event that had no id when `recsys
    /// export` wrote it.
    /// </summary>
    public required string EventId { get; init; }

    /// <summary>1 to 128 bytes of UTF-8 without control characters.</summary>
    public required string UserId { get; init; }

    /// <summary>1 to 128 bytes of UTF-8 without control characters; may be empty for CUSTOM.</summary>
    public required string ItemId { get; init; }

    /// <summary>What happened.</summary>
    public required DatasetEventType Type { get; init; }

    /// <summary>Unix time in milliseconds, 0 or later. Made up, a minute between the events of a user, where the data set has no times: see
    /// <see cref="IDataset.HasTimes"/>.</summary>
    public required long TimeMs { get; init; }

    /// <summary>The play session; empty if the data set has none.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>How far the play came, 0 to 30 days. May lie beyond <see cref="Duration"/> (loops, replays).</summary>
    public TimeSpan? Position { get; init; }

    /// <summary>The item's whole length, 0 to 30 days.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>For ratings: 0 to <see cref="RatingMax"/>.</summary>
    public double? Rating { get; init; }

    /// <summary>For ratings: the top of the scale, above 0, at most 1,000.</summary>
    public double? RatingMax { get; init; }

    /// <summary>For purchases: what was paid.</summary>
    public DatasetPrice? Price { get; init; }

    /// <summary>For CUSTOM: the name.</summary>
    public string CustomName { get; init; } = "";

    /// <summary>The list in which the user met the item; may be empty.</summary>
    public string RecommendationId { get; init; } = "";

    /// <summary>The place in that list.</summary>
    public int ListPosition { get; init; }

    /// <summary>The placement; may be empty.</summary>
    public string Placement { get; init; } = "";

    /// <summary>For impressions: the probability with which the list put the item in its place, (0, 1].</summary>
    public double? Propensity { get; init; }

    /// <summary>Where and how; null: nothing is known.</summary>
    public DatasetContext? Context { get; init; }

    /// <summary><see cref="TimeMs"/> as a point in time.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(TimeMs);
}
