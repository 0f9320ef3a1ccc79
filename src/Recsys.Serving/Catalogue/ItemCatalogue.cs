using System.Globalization;
using Recsys.Serving.Replicas;
using Recsys.Storage;

namespace Recsys.Serving.Catalogue;

/// <summary>
/// The catalogue of every namespace: stored in the store, mirrored in flat arrays for filtering and titles. A change is in effect from the next list on.
/// </summary>
public sealed class ItemCatalogue
{
    /// <summary>The collection of the items' documents.</summary>
    internal const string Collection = "items";

    private const int PageSize = 1_000;
    private const int MaxAttempts = 20;
    private static readonly TimeSpan ReplicasLimit = TimeSpan.FromSeconds(5);

    private readonly IRecsysStore _store;
    private readonly ItemNumbers _numbers;
    private readonly CatalogueMirror _mirror;
    private readonly TimeProvider _time;
    private readonly ServingMetrics _metrics;
    private readonly ReplicaRoster? _roster;

    internal ItemCatalogue(IRecsysStore store, ItemNumbers numbers, CatalogueMirror mirror, TimeProvider time, ServingMetrics metrics, ReplicaRoster? roster = null)
    {
        _roster = roster;
        _metrics = metrics;
        _store = store;
        _numbers = numbers;
        _mirror = mirror;
        _time = time;
    }

    /// <summary>Writes whole items (last one wins within the call) and returns them with their new versions, in the order given.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<IReadOnlyList<VersionedItem>> UpsertAsync(string ns, IReadOnlyList<CatalogueItem> items, CancellationToken cancellationToken)
    {
        var now = Now();
        var last = new Dictionary<string, CatalogueItem>(items.Count, StringComparer.Ordinal);
        foreach (var item in items)
        {
            var created = _numbers.TryGet(ns, item.ItemId, out var number) ? _mirror.CreateTimeMs(number) : null;
            last[item.ItemId] = Normal(item) with { CreateTimeMs = created ?? now, UpdateTimeMs = now };
        }

        CatalogueItem[] distinct = [.. last.Values];
        var revisions = await WriteAsync(ns, distinct, distinct.Select(_ => (long?)null), cancellationToken);
        var written = new Dictionary<string, VersionedItem>(distinct.Length, StringComparer.Ordinal);
        for (var i = 0; i < distinct.Length; i++) written[distinct[i].ItemId] = new(distinct[i], Etag(revisions[i].Revision));
        return [.. items.Select(item => written[item.ItemId])];
    }

    /// <summary>
    /// Reads one item, changes it by <paramref name="change"/> and writes it, atomically: the change is computed again when somebody else wrote in between.
    /// </summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="itemId">Which item.</param>
    /// <param name="etag">If not empty, the version that must be stored.</param>
    /// <param name="change">From the stored item (null: there is none) to the new one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="waits">Whether a change by which the item may be shown in fewer lists returns only once every other replica has it, or after five seconds.</param>
    /// <exception cref="EngineException">Aborted (etag), Unavailable, or whatever <paramref name="change"/> throws.</exception>
    public async ValueTask<VersionedItem> ChangeAsync(
        string ns, string itemId, string etag, Func<CatalogueItem?, CatalogueItem> change, CancellationToken cancellationToken, bool waits = true)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (revision, before) = await ReadAsync(ns, itemId, cancellationToken);
            CheckEtag(itemId, etag, revision, before);
            var now = Now();
            var after = Normal(change(before)) with { ItemId = itemId, CreateTimeMs = before?.CreateTimeMs ?? now, UpdateTimeMs = now };
            var results = await WriteAsync(ns, [after], [revision], cancellationToken);
            if (results[0].Status != CommitStatus.Committed) continue;
            if (waits && Tightens(before, after)) await ReachReplicasAsync(ns, results[0].Revision, cancellationToken);
            return new(after, Etag(results[0].Revision));
        }

        throw Contended(itemId);
    }

    /// <summary>Reads one item.</summary>
    /// <exception cref="EngineException">NotFound, Unavailable.</exception>
    public async ValueTask<VersionedItem> GetAsync(string ns, string itemId, CancellationToken cancellationToken)
    {
        var (revision, item) = await ReadAsync(ns, itemId, cancellationToken);
        return item is null ? throw NotFound(itemId) : new(item, Etag(revision));
    }

    /// <summary>
    /// Reads items in ordinal order of their ids after <paramref name="afterItemId"/> (null = from the start), only children of <paramref name="parentId"/>
    /// if not empty.
    /// </summary>
    public async ValueTask<IReadOnlyList<VersionedItem>> ListAsync(
        string ns, string parentId, string? afterItemId, int maxCount, CancellationToken cancellationToken)
    {
        if (parentId.Length > 0) return await ListChildrenAsync(ns, parentId, afterItemId, maxCount, cancellationToken);
        var items = new List<VersionedItem>(Math.Min(maxCount, PageSize));
        DocumentKey? after = afterItemId is null ? null : new(ns, afterItemId);
        while (items.Count < maxCount)
        {
            var wanted = Math.Min(PageSize, maxCount - items.Count);
            var page = await StoreFailure.GuardAsync(() => _store.ListDocumentsAsync(Collection, ns, after, wanted, cancellationToken));
            foreach (var document in page)
            {
                if (ItemDocument.Read(document.Content.Span) is { } item) items.Add(new(item, Etag(document.Revision)));
            }

            if (page.Count < wanted) break;
            after = page[^1].Key;
        }

        return items;
    }

    /// <summary>Deletes one item, and returns once every other replica has that, or after five seconds.</summary>
    /// <exception cref="EngineException">NotFound, Aborted (etag), Unavailable.</exception>
    public async ValueTask DeleteAsync(string ns, string itemId, string etag, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var (revision, item) = await ReadAsync(ns, itemId, cancellationToken);
            if (item is null) throw NotFound(itemId);
            CheckEtag(itemId, etag, revision, item);
            var write = new DocumentWrite
            {
                Collection = Collection,
                Key = new(ns, itemId),
                Content = ItemDocument.Tombstone,
                ExpectedRevision = revision,
            };
            var results = await StoreFailure.GuardAsync(() => _store.PutDocumentsAsync([write], cancellationToken));
            if (results[0].Status != CommitStatus.Committed) continue;
            var numbers = await StoreFailure.GuardAsync(() => _numbers.ResolveAsync(ns, [itemId], cancellationToken));
            _mirror.Apply(numbers[0], 0, results[0].Revision, null);
            await ReachReplicasAsync(ns, results[0].Revision, cancellationToken);
            return;
        }

        throw Contended(itemId);
    }

    /// <summary>The store-wide numbers of items, in the order given, for who makes model artefacts; an item that has none yet gets one.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public async ValueTask<IReadOnlyList<uint>> NumbersAsync(string ns, IReadOnlyList<string> itemIds, CancellationToken cancellationToken) =>
        await StoreFailure.GuardAsync(() => _numbers.ResolveAsync(ns, itemIds, cancellationToken));

    private static CatalogueItem Normal(CatalogueItem item) => item.Kind == ItemKind.Unspecified ? item with { Kind = ItemKind.Other } : item;

    /// <summary>Whether an item may be in fewer lists than before, as far as can be told without its parents.</summary>
    private static bool Tightens(CatalogueItem? before, CatalogueItem after) =>
        before is not null
        && (after.MaturityAge > before.MaturityAge || (after.Hidden && !before.Hidden) || after.ParentId != before.ParentId
            || !AvailabilityEntry.From(after.Availability).AsSpan().SequenceEqual(AvailabilityEntry.From(before.Availability)));

    private async ValueTask ReachReplicasAsync(string ns, long revision, CancellationToken cancellationToken)
    {
        if (_roster is not null) await _roster.WaitItemsAsync(ns, revision, ReplicasLimit, cancellationToken);
    }

    private static string Etag(long revision) => revision.ToString("x", CultureInfo.InvariantCulture);

    private static void CheckEtag(string itemId, string etag, long revision, CatalogueItem? stored)
    {
        if (etag.Length == 0 || (stored is not null && etag == Etag(revision))) return;
        var found = stored is null ? "there is no such item" : $"the stored one is '{Etag(revision)}'";
        throw new EngineException(EngineErrorKind.Aborted, "ETAG_MISMATCH", $"The etag of item '{itemId}' is given as '{etag}', {found}.", "etag");
    }

    private static EngineException NotFound(string itemId) =>
        new(EngineErrorKind.NotFound, "ITEM_NOT_FOUND", $"There is no item '{itemId}' in the catalogue.", "item_id");

    private static EngineException Contended(string itemId) =>
        new(EngineErrorKind.Aborted, "ITEM_CONTENDED", $"Item '{itemId}' was changed by others {MaxAttempts} times in a row while this change was computed.");

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask<(long Revision, CatalogueItem? Item)> ReadAsync(string ns, string itemId, CancellationToken cancellationToken)
    {
        var document = await StoreFailure.GuardAsync(() => _store.GetDocumentAsync(Collection, ns, itemId, cancellationToken));
        return document is null ? (0, null) : (document.Revision, ItemDocument.Read(document.Content.Span));
    }

    /// <summary>Numbers come before documents: what is in the catalogue always has one.</summary>
    private async ValueTask<IReadOnlyList<CommitResult>> WriteAsync(
        string ns, CatalogueItem[] items, IEnumerable<long?> expected, CancellationToken cancellationToken)
    {
        var received = _time.GetTimestamp();
        string[] ids = [.. items.Select(item => item.ItemId), .. items.Where(item => item.ParentId.Length > 0).Select(item => item.ParentId)];
        var numbers = await StoreFailure.GuardAsync(() => _numbers.ResolveAsync(ns, ids, cancellationToken));
        DocumentWrite[] writes =
        [
            .. items.Zip(expected, (item, revision) => new DocumentWrite
            {
                Collection = Collection,
                Key = new(ns, item.ItemId),
                Content = ItemDocument.Write(item),
                ExpectedRevision = revision,
            }),
        ];
        var results = await StoreFailure.GuardAsync(() => _store.PutDocumentsAsync(writes, cancellationToken));
        for (int i = 0, nextParent = items.Length; i < items.Length; i++)
        {
            var parent = items[i].ParentId.Length > 0 ? numbers[nextParent++] : 0;
            if (results[i].Status != CommitStatus.Committed) continue;
            _mirror.Apply(numbers[i], parent, results[i].Revision, items[i]);
            _metrics.ItemFresh(_time.GetElapsedTime(received));
        }

        return results;
    }

    private async ValueTask<IReadOnlyList<VersionedItem>> ListChildrenAsync(
        string ns, string parentId, string? afterItemId, int maxCount, CancellationToken cancellationToken)
    {
        if (!_numbers.TryGet(ns, parentId, out var parent)) return [];
        var ids = _mirror.ChildrenOf(parent).Select(_numbers.IdOf).ToList();
        ids.Sort(CompareUtf8);
        var children = new List<VersionedItem>();
        foreach (var id in ids)
        {
            if (children.Count == maxCount) break;
            if (afterItemId is not null && CompareUtf8(id, afterItemId) <= 0) continue;
            var (revision, item) = await ReadAsync(ns, id, cancellationToken);
            if (item?.ParentId == parentId) children.Add(new(item, Etag(revision)));
        }

        return children;
    }

    /// <summary>The store's order is that of UTF-8 bytes, which differs from that of UTF-16 units beyond U+FFFF.</summary>
    private static int CompareUtf8(string first, string second)
    {
        var common = first.AsSpan().CommonPrefixLength(second);
        if (common == first.Length || common == second.Length) return first.Length.CompareTo(second.Length);
        var (a, b) = (first[common], second[common]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}
