using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Recsys.Serving.Events;
using Recsys.Storage;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Archive;

/// <summary>Reads the events of a namespace as of now: the archive's segments, then the log's tail after the archive's cursor.</summary>
internal sealed class ArchiveReader(IRecsysStore store, string folderPath, TimeProvider time, ILogger logger)
{
    private const int PageSize = 10_000;

    private readonly ArchiveDocuments _documents = new(store);
    private readonly ArchiveMarks _marks = new(store, time);
    private readonly ArchiveFolder _folder = new(folderPath);

    /// <summary>Where to say that the archive can't be read.</summary>
    public ILogger Logger => logger;

    /// <summary>The checkpoint; null: nothing was archived yet.</summary>
    public async ValueTask<ArchiveCheckpoint?> CheckpointAsync(CancellationToken cancellationToken) => (await _documents.ReadAsync(cancellationToken)).Checkpoint;

    /// <summary>The segments with a namespace's events up to a checkpoint.</summary>
    public async Task<IReadOnlyList<ArchiveSegment>> SegmentsAsync(string ns, ArchiveCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var newest = new Dictionary<string, ArchiveSegment>(StringComparer.Ordinal);
        foreach (var segment in checkpoint.Last.Where(segment => segment.Namespace == ns).Concat(await _documents.ListAsync(ns, cancellationToken)))
        {
            if (segment.Created > checkpoint.Batch || !segment.File.StartsWith(Path.Combine(ns, "events") + Path.DirectorySeparatorChar, StringComparison.Ordinal)) continue;
            if (!newest.TryGetValue(segment.File, out var known) || known.Batch < segment.Batch) newest[segment.File] = segment;
        }

        return [.. newest.Values.OrderBy(segment => segment.File, StringComparer.Ordinal)];
    }

    /// <summary>The events of a segment.</summary>
    /// <exception cref="StoreFormatException">The file is missing, damaged, or not what was written down.</exception>
    /// <exception cref="IOException">The folder isn't the archive that it was, or can't be read.</exception>
    public async IAsyncEnumerable<(string UserId, long Sequence, FoldEvent Event)> ReadAsync(
        ArchiveCheckpoint checkpoint, ArchiveSegment segment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _folder.Check(checkpoint.ArchiveId);
        await using var reader = await TableReader.OpenAsync(await _folder.FindAsync(segment, cancellationToken), cancellationToken);
        for (var group = 0; group < reader.GroupCount; group++)
        {
            var columns = await reader.ReadAsync(group, ArchiveColumns.OfFold, cancellationToken);
            for (var row = 0; row < columns[0].Length; row++) yield return (columns[0][row].Text!, columns[1][row].Whole, ArchiveColumns.ToFold(columns, row));
        }
    }

    /// <summary>The events that the log has after a checkpoint.</summary>
    public async IAsyncEnumerable<(string UserId, long Sequence, FoldEvent Event)> ReadTailAsync(
        string ns, ArchiveCheckpoint checkpoint, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = new LogPage([], new(checkpoint.Events));
        while ((page = await store.ReadLogAsync(LogStream.Events, page.Next, PageSize, newestFirst: false, cancellationToken)).Entries.Count > 0)
        {
            foreach (var entry in page.Entries)
            {
                if (entry.User.Namespace == ns && !entry.Undone) yield return (entry.User.UserId, entry.Sequence, EventCodec.DecodeForFold(entry.Payload.Span));
            }
        }
    }

    /// <summary>The users who are to be read from the log, as of now; null: so is everybody, since marks were taken away after the checkpoint.</summary>
    public async ValueTask<HashSet<string>?> MarkedAsync(string ns, ArchiveCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var marked = (await _marks.ListAsync(ns, cancellationToken)).Select(found => found.Document.Key.Key).ToHashSet(StringComparer.Ordinal);
        return (await CheckpointAsync(cancellationToken))?.Erasures == checkpoint.Erasures ? marked : null;
    }
}
