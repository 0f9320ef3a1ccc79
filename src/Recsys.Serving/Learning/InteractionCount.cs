using Recsys.Serving.Events;
using Recsys.Storage;

namespace Recsys.Serving.Learning;

/// <summary>Counts the log's interactions by namespace, from a cursor on. A play counts when it begins, so that its heart-beats and its end don't.</summary>
internal static class InteractionCount
{
    private const int PageSize = 10_000;

    /// <summary>Reads on from where the lease's state ends, and commits what was counted page by page; false: the lease is lost.</summary>
    public static async Task<bool> CatchUpAsync(IRecsysStore store, LearningLease lease, CancellationToken cancellationToken)
    {
        while (await store.ReadLogAsync(LogStream.Events, new(lease.State.Events), PageSize, newestFirst: false, cancellationToken) is { Entries.Count: > 0 } page)
        {
            var counts = Count(page.Entries);
            if (!await lease.CommitAsync(state => Add(state, counts) with { Events = page.Next.Bytes.ToArray() }, cancellationToken)) return false;
        }

        return true;
    }

    private static Dictionary<string, int> Count(IReadOnlyList<LogEntry> entries)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (!entry.Undone && Begins(entry.Payload.Span)) counts[entry.User.Namespace] = counts.GetValueOrDefault(entry.User.Namespace) + 1;
        }

        return counts;
    }

    private static LearningState Add(LearningState state, Dictionary<string, int> counts)
    {
        foreach (var (ns, count) in counts) state = state.With(ns, state.Of(ns) with { Counted = state.Of(ns).Counted + count });
        return state;
    }

    private static bool Begins(ReadOnlySpan<byte> payload)
    {
        try
        {
            return EventCodec.DecodeForFold(payload).Type
                is not (WatchEventType.PlayProgress or WatchEventType.PlayStop or WatchEventType.Impression or WatchEventType.Custom);
        }
        catch (InvalidDataException)
        {
            // The training says so if it matters; a count is no place to stop at.
            return false;
        }
    }
}
