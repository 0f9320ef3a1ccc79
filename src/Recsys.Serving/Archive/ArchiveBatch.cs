using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Storage;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Archive;

/// <summary>
/// Takes the next entries of the log into the archive. The order makes it exact: drafts are written and synced; the checkpoint names them and moves the cursor,
/// in one document; only then they get their names. A process that dies before the checkpoint leaves drafts that nobody reads; one that dies after it leaves
/// names for the next one to give.
/// </summary>
internal sealed class ArchiveBatch(IRecsysStore store, ItemNumbers items, ArchiveFolder folder, ArchiveDocuments documents)
{
    /// <summary>Entries of a batch, and so of a segment, at the most.</summary>
    public const int MaxEntries = 50_000;

    private const int PageSize = 5_000;

    /// <summary>Archives up to <see cref="MaxEntries"/> entries of a stream; false: there were none, or the lease is lost. The batch before must be settled.</summary>
    /// <exception cref="InvalidDataException">A log entry is damaged.</exception>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public async Task<bool> RunAsync(ArchiveLease lease, LogStream stream, CancellationToken cancellationToken)
    {
        var before = lease.Checkpoint;
        var (groups, next) = await ReadAsync(stream, new(stream == LogStream.Events ? before.Events : before.Exposures), cancellationToken);
        if (next is not { } cursor) return false;
        var segments = new List<ArchiveSegment>();
        foreach (var ((ns, day), entries) in groups)
        {
            var (file, draft) = folder.NewPlaces(ns, stream, day, before.Batch + 1);
            segments.Add(await folder.WriteAsync(ns, file, draft, before.Batch + 1, entries.Count, Rows(entries), cancellationToken));
        }

        var bytes = cursor.Bytes.ToArray();
        var after = before with
        {
            Batch = before.Batch + 1,
            Events = stream == LogStream.Events ? bytes : before.Events,
            Exposures = stream == LogStream.Exposures ? bytes : before.Exposures,
            Last = segments,
        };
        if (!await lease.CommitAsync(after, cancellationToken))
        {
            folder.Discard(segments.Select(segment => segment.Draft));
            return false;
        }

        await SettleAsync(lease, cancellationToken);
        return true;
    }

    /// <summary>Puts the last batch's segments in place and writes each down.</summary>
    public async Task SettleAsync(ArchiveLease lease, CancellationToken cancellationToken)
    {
        if (lease.Checkpoint.Last.Count == 0) return;
        folder.Settle(lease.Checkpoint.Last);
        await documents.PutAsync(lease.Checkpoint.Last, cancellationToken);
        await lease.CommitAsync(lease.Checkpoint with { Last = [] }, cancellationToken);
    }

    private async Task<(Dictionary<(string Namespace, DateOnly Day), List<(LogEntry Entry, LoggedEvent Logged)>> Groups, LogCursor? Next)> ReadAsync(
        LogStream stream, LogCursor from, CancellationToken cancellationToken)
    {
        var groups = new Dictionary<(string, DateOnly), List<(LogEntry, LoggedEvent)>>();
        LogCursor? next = null;
        var read = 0;
        while (read < MaxEntries && await store.ReadLogAsync(stream, next ?? from, PageSize, newestFirst: false, cancellationToken) is { Entries.Count: > 0 } page)
        {
            await items.CatchUpAsync(cancellationToken);
            foreach (var entry in page.Entries)
            {
                if (entry.Undone) continue;
                var logged = EventCodec.Decode(entry, items);
                var key = (entry.User.Namespace, DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(logged.ReceiveTimeMs)));
                if (!groups.TryGetValue(key, out var group)) groups[key] = group = [];
                group.Add((entry, logged));
            }

            read += page.Entries.Count;
            next = page.Next;
        }

        return (groups, next);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<TableCell>> Rows(IReadOnlyList<(LogEntry Entry, LoggedEvent Logged)> entries)
    {
        var row = new TableCell[ArchiveColumns.All.Count];
        foreach (var (entry, logged) in entries)
        {
            ArchiveColumns.Fill(entry, logged, row);
            yield return row;
        }

        await Task.CompletedTask;
    }
}
