using System.Text.Json.Serialization;

namespace Recsys.Server.Bench;

/// <summary>Latencies of one kind of operation, in milliseconds from the scheduled time to the answer.</summary>
internal sealed record LatencySummary
{
    /// <summary>Answered.</summary>
    public required long Count { get; init; }

    /// <summary>Due, a second of the load.</summary>
    public required double OfferedPerSecond { get; init; }

    /// <summary>Answered, a second until the last answer.</summary>
    public required double AchievedPerSecond { get; init; }

    public required double P50Ms { get; init; }

    public required double P95Ms { get; init; }

    public required double P99Ms { get; init; }

    [JsonPropertyName("p99_9_ms")]
    public required double P999Ms { get; init; }

    public required double MaxMs { get; init; }

    /// <summary>Failed, refused, not sent for want of room, or not answered in time.</summary>
    public required long ErrorCount { get; init; }

    /// <summary>Failed by status code.</summary>
    public required IReadOnlyDictionary<string, long> Errors { get; init; }
}
