using System.Text.Json;
using Recsys.Storage;

namespace Recsys.Serving.Archive;

/// <summary>
/// Which users the archive may no longer be believed about, because entries of theirs were deleted or undone. Readers of the archive take those users from the
/// store's log, which is exact at any moment; the eraser takes the entries out of the segments, and then the marks.
/// </summary>
internal sealed class ArchiveMarks(IRecsysStore store, TimeProvider time)
{
    internal const string Collection = "archive_marks";
    private const int PageSize = 1_000;

    /// <summary>
    /// Makes a change that takes entries out of a user's log. The mark is stored before it, so that no reader sees what is gone; and again after it, in case the
    /// eraser took the first one for done, or archiving began meanwhile.
    /// </summary>
    public async ValueTask<T> AroundAsync<T>(UserKey user, Func<ValueTask<T>> change, CancellationToken cancellationToken)
    {
        await MarkAsync(user, cancellationToken);
        try
        {
            return await change();
        }
        finally
        {
            // A caller who went away meanwhile must not leave it unmarked.
            await MarkAsync(user, CancellationToken.None);
        }
    }

    /// <summary>All marks, or those of a namespace.</summary>
    public async ValueTask<List<(Document Document, ArchiveMark Mark)>> ListAsync(string? ns, CancellationToken cancellationToken)
    {
        var found = new List<(Document, ArchiveMark)>();
        DocumentKey? after = null;
        while (await store.ListDocumentsAsync(Collection, ns, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var document in page) found.Add((document, Read(document)));
            after = page[^1].Key;
        }

        return found;
    }

    /// <summary>Takes a mark away unless it was made again meanwhile.</summary>
    public async ValueTask RemoveAsync(Document mark, CancellationToken cancellationToken) =>
        await store.PutDocumentsAsync(
            [new() { Collection = Collection, Key = mark.Key, Content = null, ExpectedRevision = mark.Revision }], cancellationToken);

    private static ArchiveMark Read(Document document) => JsonSerializer.Deserialize(document.Content.Span, ArchiveJson.Default.ArchiveMark)!;

    private async ValueTask MarkAsync(UserKey user, CancellationToken cancellationToken)
    {
        if (!await ArchiveDocuments.IsStartedAsync(store, cancellationToken)) return;

        // Written in any case, so that its revision changes; but the time stays that of the first change that waits for the eraser.
        var known = await store.GetDocumentAsync(Collection, user.Namespace, user.UserId, cancellationToken);
        var mark = known is null ? new ArchiveMark(time.GetUtcNow().ToUnixTimeMilliseconds()) : Read(known);
        var content = JsonSerializer.SerializeToUtf8Bytes(mark, ArchiveJson.Default.ArchiveMark);
        await store.PutDocumentsAsync([new() { Collection = Collection, Key = new(user.Namespace, user.UserId), Content = content }], cancellationToken);
    }
}
