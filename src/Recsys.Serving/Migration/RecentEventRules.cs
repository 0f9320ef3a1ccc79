using Recsys.Serving.Events;
using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>Which log entries belong to the duplicate window, by the log alone: what the engine tracks, received within the window's 24 hours.</summary>
/// <param name="sinceMs">Where the window begins, Unix ms.</param>
internal sealed class RecentEventRules(long sinceMs)
{
    /// <summary>The rules as of now.</summary>
    public static RecentEventRules AsOf(long nowMs) => new(nowMs - DuplicateWindowRules.DurationMs);

    /// <summary>The entry's hash and when it was received, Unix ms; hash 0: it isn't in the window.</summary>
    public (ulong Hash, long ReceiveTimeMs) Of(LogEntry entry)
    {
        if (entry.EventId.Length == 0) return default;
        try
        {
            var (type, received) = EventCodec.DecodeReceipt(entry.Payload.Span);
            return received <= sinceMs || type == WatchEventType.PlayProgress ? default : (EventIdHash.Of(entry.EventId), received);
        }
        catch (InvalidDataException)
        {
            // The entry is copied as it is; whoever reads it will say what is wrong with it.
            return default;
        }
    }
}
