using System.Globalization;
using Recsys.Serving.Events;
using Recsys.Storage;

namespace Recsys.Serving.Users;

/// <summary>
/// A note in the known user's log of what was moved from an anonymous one: a custom event, appended in the same commit as the moved events. It names the
/// anonymous user by a
/// hash, because that user's id is to be forgotten.
/// </summary>
/// <param name="ThroughEvents">The anonymous user's events up to this sequence have been moved.</param>
/// <param name="ThroughExposures">The same for exposures.</param>
/// <param name="Count">How many events changed hands.</param>
internal readonly record struct LinkMarker(long ThroughEvents, long ThroughExposures, long Count)
{
    /// <summary>The custom event's name.</summary>
    public const string Name = "recsys.link";

    /// <summary>The note as an event, whose id says everything.</summary>
    public WatchEvent ToEvent(UserKey anonymous, UserKey known, long timeMs) => new()
    {
        EventId = string.Create(CultureInfo.InvariantCulture, $"{Prefix(anonymous)}{ThroughEvents}:{ThroughExposures}:{Count}"),
        UserId = known.UserId,
        Type = WatchEventType.Custom,
        CustomName = Name,
        EventTimeMs = timeMs,
    };

    /// <summary>The newest note about an anonymous user; null: nothing was moved yet.</summary>
    /// <param name="newestFirst">The known user's events.</param>
    /// <param name="anonymous">The anonymous user.</param>
    public static LinkMarker? Find(IReadOnlyList<LogEntry> newestFirst, UserKey anonymous)
    {
        var prefix = Prefix(anonymous);
        foreach (var entry in newestFirst)
        {
            if (!entry.EventId.StartsWith(prefix, StringComparison.Ordinal)) continue;
            var parts = entry.EventId[prefix.Length..].Split(':');
            if (parts.Length == 3 && TryParse(parts[0], out var events) && TryParse(parts[1], out var exposures) && TryParse(parts[2], out var count))
            {
                return new(events, exposures, count);
            }
        }

        return null;
    }

    private static string Prefix(UserKey anonymous) => $"{Name}:{EventIdHash.Of(anonymous.UserId):x16}:";

    private static bool TryParse(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
