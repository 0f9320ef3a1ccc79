using System.Runtime.CompilerServices;
using Recsys.Storage;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Archive;

/// <summary>Takes deleted and undone entries out of the archive's segments. The store's log says which entries there still are.</summary>
internal sealed class ArchiveErasure(IRecsysStore store, ArchiveFolder folder, ArchiveDocuments documents, ArchiveMarks marks, TimeProvider time)
{
    private const int PageSize = 10_000;

    /// <summary>Rewrites the segments with entries of marked users, once a mark is older than <paramref name="ageMs"/>, and takes the marks away. Returns how
    /// many segments were rewritten.</summary>
    public async Task<int> RunAsync(ArchiveLease lease, long ageMs, CancellationToken cancellationToken)
    {
        var all = await marks.ListAsync(null, cancellationToken);
        var due = time.GetUtcNow().ToUnixTimeMilliseconds() - ageMs;
        if (!all.Exists(found => found.Mark.SinceMs <= due)) return 0;
        var rewritten = 0;
        foreach (var ofNamespace in all.GroupBy(found => found.Document.Key.Namespace, StringComparer.Ordinal))
        {
            var truth = ofNamespace.ToDictionary(found => found.Document.Key.Key, _ => (HashSet<(LogStream, long)>?)null, StringComparer.Ordinal);
            foreach (var segment in await documents.ListAsync(ofNamespace.Key, cancellationToken))
            {
                var path = await folder.FindAsync(segment, cancellationToken);
                if (!await HasAnyAsync(path, truth, cancellationToken)) continue;
                var draft = ArchiveFolder.NewDraft(segment.File);
                var batch = lease.Checkpoint.Batch + 1;
                var next = await folder.WriteAsync(
                    segment.Namespace, segment.File, draft, batch, segment.Rows, Kept(segment, path, truth, cancellationToken), cancellationToken);
                next = next with { Created = segment.Created };
                if (next.Rows == segment.Rows || !await lease.CommitAsync(lease.Checkpoint with { Batch = batch, Last = [next] }, cancellationToken))
                {
                    folder.Discard([draft]);
                    if (next.Rows == segment.Rows) continue;
                    return rewritten;
                }

                folder.Settle([next]);
                await documents.PutAsync([next], cancellationToken);
                if (!await lease.CommitAsync(lease.Checkpoint with { Last = [] }, cancellationToken)) return rewritten;
                rewritten++;
            }
        }

        if (!await lease.CommitAsync(lease.Checkpoint with { Erasures = lease.Checkpoint.Erasures + 1 }, cancellationToken)) return rewritten;
        foreach (var (document, _) in all) await marks.RemoveAsync(document, cancellationToken);
        return rewritten;
    }

    private static async Task<bool> HasAnyAsync(string path, Dictionary<string, HashSet<(LogStream, long)>?> users, CancellationToken cancellationToken)
    {
        await using var reader = await TableReader.OpenAsync(path, cancellationToken);
        for (var group = 0; group < reader.GroupCount; group++)
        {
            foreach (var cell in (await reader.ReadAsync(group, [ArchiveColumns.User], cancellationToken))[0])
            {
                if (users.ContainsKey(cell.Text!)) return true;
            }
        }

        return false;
    }

    /// <summary>The rows that stay: those of other users, and those that the log has.</summary>
    private async IAsyncEnumerable<ReadOnlyMemory<TableCell>> Kept(
        ArchiveSegment segment,
        string path,
        Dictionary<string, HashSet<(LogStream, long)>?> truth,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = segment.File.StartsWith(Path.Combine(segment.Namespace, "events"), StringComparison.Ordinal) ? LogStream.Events : LogStream.Exposures;
        var columns = ArchiveColumns.All;
        var (user, sequence) = (IndexOf(ArchiveColumns.User), IndexOf(ArchiveColumns.Sequence));
        await using var reader = await TableReader.OpenAsync(path, cancellationToken);
        for (var group = 0; group < reader.GroupCount; group++)
        {
            var cells = await reader.ReadAsync(group, columns, cancellationToken);
            for (var i = 0; i < cells[0].Length; i++)
            {
                var id = cells[user][i].Text!;
                if (truth.TryGetValue(id, out var known))
                {
                    if (known is null) truth[id] = known = await SequencesAsync(new(segment.Namespace, id), cancellationToken);
                    if (!known.Contains((stream, cells[sequence][i].Whole))) continue;
                }

                var row = new TableCell[columns.Count];
                for (var column = 0; column < row.Length; column++) row[column] = cells[column][i];
                yield return row;
            }
        }

        int IndexOf(TableColumn column) => columns.ToList().IndexOf(column);
    }

    /// <summary>What the log has of a user, without what was undone.</summary>
    private async Task<HashSet<(LogStream Stream, long Sequence)>> SequencesAsync(UserKey user, CancellationToken cancellationToken)
    {
        var found = new HashSet<(LogStream, long)>();
        foreach (var stream in new[] { LogStream.Events, LogStream.Exposures })
        {
            var after = 0L;
            while (await store.ReadUserLogAsync(user, stream, after, PageSize, newestFirst: false, cancellationToken) is { Count: > 0 } page)
            {
                foreach (var entry in page)
                {
                    if (!entry.Undone) found.Add((stream, entry.Sequence));
                }

                after = page[^1].Sequence;
            }
        }

        return found;
    }
}
