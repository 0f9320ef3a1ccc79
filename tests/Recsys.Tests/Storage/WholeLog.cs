using Recsys.Storage;

namespace Recsys.Tests.Storage;

/// <summary>Reads a store's log whole.</summary>
internal static class WholeLog
{
    public static async Task<List<LogEntry>> ReadWholeLogAsync(this IRecsysStore store, LogStream stream)
    {
        var entries = new List<LogEntry>();
        var from = default(LogCursor);
        while (await store.ReadLogAsync(stream, from, 10_000, false, default) is { Entries.Count: > 0 } page)
        {
            entries.AddRange(page.Entries);
            from = page.Next;
        }

        return entries;
    }
}
