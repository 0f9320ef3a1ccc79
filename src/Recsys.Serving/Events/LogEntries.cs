using Microsoft.Extensions.Logging;
using Recsys.Serving.Catalogue;
using Recsys.Storage;

namespace Recsys.Serving.Events;

/// <summary>Reads entries of the log one by one, for who goes on without those that are damaged.</summary>
internal static class LogEntries
{
    /// <summary>An entry's event as the caller sent it; null: it can't be read, which is said.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="items">The items' ids.</param>
    /// <param name="logger">Hears of it.</param>
    public static LoggedEvent? Whole(LogEntry entry, ItemNumbers items, ILogger logger)
    {
        try
        {
            return EventCodec.Decode(entry, items);
        }
        catch (InvalidDataException e)
        {
            logger.LogEntryUnreadable(e, entry.Sequence);
            return null;
        }
    }

    /// <summary>What joining outcomes to exposures needs of an entry; null: it can't be read, which is said.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="placement">As for <see cref="EventCodec.DecodeListed"/>.</param>
    /// <param name="logger">Hears of it.</param>
    public static ListedEvent? Listed(LogEntry entry, ReadOnlySpan<byte> placement, ILogger logger)
    {
        try
        {
            return EventCodec.DecodeListed(entry.Payload.Span, placement);
        }
        catch (InvalidDataException e)
        {
            logger.LogEntryUnreadable(e, entry.Sequence);
            return null;
        }
    }
}
