using System.Globalization;
using System.Text.Json;
using Recsys.Storage;

namespace Recsys.Serving.Placements;

/// <summary>
/// The stored documents of placements: one a placement with its newest version, and one for each earlier version. Before a version is replaced it's written among the earlier ones,
/// by whoever replaces it and always with the same bytes: so neither a race nor a crash loses or doubles one.
/// </summary>
internal sealed class PlacementDocuments(IRecsysStore store)
{
    /// <summary>The collection of the newest versions.</summary>
    public const string Collection = "placements";

    /// <summary>The collection of the earlier versions.</summary>
    public const string VersionCollection = "placement_versions";

    private const int PageSize = 100;
    private const string NumberFormat = "D19";

    /// <summary>Reads every document of the collection of newest versions.</summary>
    public async Task<IReadOnlyList<Document>> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<Document>();
        DocumentKey? after = null;
        while (await store.ListDocumentsAsync(Collection, null, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            all.AddRange(page);
            after = page[^1].Key;
        }

        return all;
    }

    /// <summary>Reads a placement's document.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<StoredPlacement> ReadAsync(string ns, string placementId, CancellationToken cancellationToken)
    {
        var document = await StoreFailure.GuardAsync(() => store.GetDocumentAsync(Collection, ns, placementId, cancellationToken));
        if (document is null) return new(0, null, 0);
        return TryRead(document, out var version, out _)
            ? new(document.Revision, version, version.Version)
            : new(document.Revision, null, await NewestEarlierAsync(ns, placementId, cancellationToken) + 1);
    }

    /// <summary>Reads an earlier version; null: it isn't kept, or it's damaged.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<PlacementVersion?> ReadEarlierAsync(string ns, string placementId, long version, CancellationToken cancellationToken)
    {
        var document = await StoreFailure.GuardAsync(() => store.GetDocumentAsync(VersionCollection, ns, KeyOf(placementId, version), cancellationToken));
        return document is not null && TryRead(document, out var read, out _) ? read : null;
    }

    /// <summary>Replaces the document that was read by a new version; null: somebody else was faster, and nothing is changed.</summary>
    /// <returns>The new revision.</returns>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<long?> ReplaceAsync(string ns, string placementId, StoredPlacement stored, PlacementVersion version, CancellationToken cancellationToken)
    {
        if (stored.Newest is { } replaced) await PutAsync(VersionCollection, new(ns, KeyOf(placementId, replaced.Version)), PlacementDocument.Write(replaced), null, cancellationToken);
        var result = await PutAsync(Collection, new(ns, placementId), PlacementDocument.Write(version), stored.Revision, cancellationToken);
        if (result.Status != CommitStatus.Committed) return null;
        await PutAsync(VersionCollection, new(ns, KeyOf(placementId, version.Version - PlacementLimits.Versions)), null, null, cancellationToken);
        return result.Revision;
    }

    /// <summary>Removes a deleted placement with its versions, unless it was changed since.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<bool> ForgetAsync(string ns, string placementId, long revision, long version, CancellationToken cancellationToken)
    {
        var result = await PutAsync(Collection, new(ns, placementId), null, revision, cancellationToken);
        if (result.Status != CommitStatus.Committed) return false;
        var first = Math.Max(1, version - PlacementLimits.Versions);
        DocumentWrite[] writes = [.. Enumerable.Range(0, (int)(version - first)).Select(i => Write(VersionCollection, new(ns, KeyOf(placementId, first + i)), null, null))];
        if (writes.Length > 0) await StoreFailure.GuardAsync(() => store.PutDocumentsAsync(writes, cancellationToken));
        return true;
    }

    /// <summary>Reads a document's version; false: it's damaged.</summary>
    public static bool TryRead(Document document, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PlacementVersion? version, out Exception? error)
    {
        (version, error) = (null, null);
        try
        {
            version = PlacementDocument.Read(document.Content.Span);
            return true;
        }
        catch (JsonException e)
        {
            error = e;
            return false;
        }
    }

    /// <summary>What is said of a version that can't be read.</summary>
    public static EngineException Damaged(string placementId, long version) => new(
        EngineErrorKind.FailedPrecondition, "PLACEMENT_DAMAGED", $"Version {version} of placement '{placementId}' can't be read: put the placement anew.");

    // The last 20 characters are always a slash and the number, whatever the id: two keys are never the same.
    private static string KeyOf(string placementId, long version) => $"{placementId}/{version.ToString(NumberFormat, CultureInfo.InvariantCulture)}";

    private static DocumentWrite Write(string collection, DocumentKey key, byte[]? content, long? expectedRevision) =>
        new() { Collection = collection, Key = key, Content = content is null ? (ReadOnlyMemory<byte>?)null : content, ExpectedRevision = expectedRevision };

    private async ValueTask<CommitResult> PutAsync(string collection, DocumentKey key, byte[]? content, long? expectedRevision, CancellationToken cancellationToken)
    {
        var write = Write(collection, key, content, expectedRevision);
        return (await StoreFailure.GuardAsync(() => store.PutDocumentsAsync([write], cancellationToken)))[0];
    }

    /// <summary>The number of the newest of the earlier versions, 0 where there is none: all that is left of a placement whose document is damaged.</summary>
    private async ValueTask<long> NewestEarlierAsync(string ns, string placementId, CancellationToken cancellationToken)
    {
        var newest = 0L;
        var prefix = placementId + "/";
        DocumentKey? after = new(ns, prefix);
        while (after is not null)
        {
            var from = after;
            var page = await StoreFailure.GuardAsync(() => store.ListDocumentsAsync(VersionCollection, ns, from, PageSize, cancellationToken));
            after = null;
            foreach (var key in page.Select(document => document.Key).TakeWhile(key => key.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                after = page.Count == PageSize ? key : null;
                if (long.TryParse(key.Key.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version)) newest = Math.Max(newest, version);
            }
        }

        return newest;
    }
}
