using Google.Protobuf.WellKnownTypes;

namespace Recsys.Server.Mapping;

/// <summary>The engine's Unix milliseconds as Protobuf times and back.</summary>
internal static class Times
{
    public static Timestamp ToTimestamp(long unixMs)
    {
        var (seconds, ms) = Math.DivRem(unixMs, 1_000);
        if (ms < 0)
        {
            seconds--;
            ms += 1_000;
        }

        return new Timestamp { Seconds = seconds, Nanos = (int)ms * 1_000_000 };
    }

    public static Timestamp? ToTimestamp(long? unixMs) => unixMs is { } value ? ToTimestamp(value) : null;

    /// <summary>A duration, or null for one that wasn't given (negative).</summary>
    public static Duration? ToDuration(long ms) => ms < 0 ? null : new Duration { Seconds = ms / 1_000, Nanos = (int)(ms % 1_000) * 1_000_000 };
}
