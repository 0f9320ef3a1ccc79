using System.Text;
using System.Text.Json;
using Recsys.Storage;

namespace Recsys.Serving.Archive;

/// <summary>The archive's checkpoint and segments in the store.</summary>
internal sealed class ArchiveDocuments(IRecsysStore store)
{
    internal const string Collection = "archive";
    private const string Segments = "archive_segments";
    private const string CheckpointKey = "checkpoint";
    private const string StartedKey = "started";
    private const int PageSize = 1_000;

    /// <summary>Whether the store's log was ever archived.</summary>
    public static async ValueTask<bool> IsStartedAsync(IRecsysStore store, CancellationToken cancellationToken) =>
        await store.GetDocumentAsync(Collection, "", StartedKey, cancellationToken) is not null;

    /// <summary>Says that archiving begins; before any entry is read for it.</summary>
    public async ValueTask StartAsync(CancellationToken cancellationToken) =>
        await store.PutDocumentsAsync(
            [new() { Collection = Collection, Key = new("", StartedKey), Content = Encoding.UTF8.GetBytes("true"), ExpectedRevision = 0 }], cancellationToken);

    /// <summary>The checkpoint and its revision; null and 0: there is none.</summary>
    public async ValueTask<(ArchiveCheckpoint? Checkpoint, long Revision)> ReadAsync(CancellationToken cancellationToken)
    {
        var document = await store.GetDocumentAsync(Collection, "", CheckpointKey, cancellationToken);
        return document is null ? (null, 0) : (JsonSerializer.Deserialize(document.Content.Span, ArchiveJson.Default.ArchiveCheckpoint), document.Revision);
    }

    /// <summary>Replaces the checkpoint; returns its revision, or null: somebody else was faster.</summary>
    public async ValueTask<long?> PutAsync(ArchiveCheckpoint checkpoint, long revision, CancellationToken cancellationToken)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(checkpoint, ArchiveJson.Default.ArchiveCheckpoint);
        var results = await store.PutDocumentsAsync(
            [new() { Collection = Collection, Key = new("", CheckpointKey), Content = content, ExpectedRevision = revision }], cancellationToken);
        return results[0].Status == CommitStatus.Committed ? results[0].Revision : null;
    }

    /// <summary>Writes segments down, unless a later writing of the same segment is known.</summary>
    public async ValueTask PutAsync(IReadOnlyList<ArchiveSegment> segments, CancellationToken cancellationToken)
    {
        foreach (var segment in segments)
        {
            CommitResult result;
            do
            {
                var known = await store.GetDocumentAsync(Segments, segment.Namespace, segment.File, cancellationToken);
                if (known is not null && Read(known).Batch >= segment.Batch) break;
                result = (await store.PutDocumentsAsync([Write(segment) with { ExpectedRevision = known?.Revision ?? 0 }], cancellationToken))[0];
            }
            while (result.Status == CommitStatus.Conflict);
        }
    }

    /// <summary>All segments that were written down, or those of a namespace, oldest first within each stream and day.</summary>
    public async ValueTask<List<ArchiveSegment>> ListAsync(string? ns, CancellationToken cancellationToken)
    {
        var found = new List<ArchiveSegment>();
        DocumentKey? after = null;
        while (await store.ListDocumentsAsync(Segments, ns, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            found.AddRange(page.Select(Read));
            after = page[^1].Key;
        }

        return found;
    }

    private static ArchiveSegment Read(Document document) => JsonSerializer.Deserialize(document.Content.Span, ArchiveJson.Default.ArchiveSegment)!;

    private static DocumentWrite Write(ArchiveSegment segment) => new()
    {
        Collection = Segments,
        Key = new(segment.Namespace, segment.File),
        Content = JsonSerializer.SerializeToUtf8Bytes(segment, ArchiveJson.Default.ArchiveSegment),
    };
}
