using System.Collections.Immutable;
using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>Reads both stores whole, counts and sums up what each has, and names what differs.</summary>
internal sealed class StoreVerification(MigrationSide source, MigrationSide target, MigrationCounts counts, TimeProvider time)
{
    private const int ItemsAtOnce = 5_000;

    private readonly DifferenceList _differences = new();
    private readonly List<string> _missing = [];

    public async Task<MigrationReport> RunAsync(CancellationToken cancellationToken)
    {
        var users = new UserVerification(source.Store, target.Store, counts, _differences, time.GetUtcNow().ToUnixTimeMilliseconds());
        List<MigrationRow> rows =
        [
            .. await users.RunAsync(cancellationToken),
            await CompareItemsAsync(cancellationToken),
            await CompareDocumentsAsync(cancellationToken),
            await CompareArtefactsAsync(cancellationToken),
        ];
        return new(rows, _differences.Count, _differences.Kept, _missing);
    }

    private static MigrationRow Row(string name, ContentSum source, ContentSum target) => new(name, source.Count, target.Count, source.ToString(), target.ToString());

    private async Task<MigrationRow> CompareItemsAsync(CancellationToken cancellationToken)
    {
        var (originals, copies) = (Items(source.Store), Items(target.Store));
        var (a, b) = (new ContentSum(), new ContentSum());
        using var hash = new ContentHash();
        while (true)
        {
            var (original, copy) = (await originals.PeekAsync(cancellationToken), await copies.PeekAsync(cancellationToken));
            if (original is null && copy is null) return Row("item numbers", a, b);
            if (original is not null) AddTo(a, original);
            if (copy is not null) AddTo(b, copy);
            if (original != copy) _differences.Add($"item number: {Describe(original)} in the source, {Describe(copy)} in the target");
            originals.Take();
            copies.Take();
        }

        void AddTo(ContentSum sum, NumberedItem item) => sum.Add(hash.Add(item.Value.Number).Add(item.Value.Namespace).Add(item.Value.ItemId).Finish());
    }

    private static string Describe(NumberedItem? item) => item is null ? "none" : $"{item.Value.Number} for '{item.Value.ItemId}' of namespace '{item.Value.Namespace}'";

    private static PagedReader<NumberedItem> Items(IRecsysStore store) => new(
        ItemsAtOnce,
        async (last, count, cancellationToken) => [.. (await store.ListItemNumbersAsync(last?.Value.Number ?? 0, count, cancellationToken)).Select(item => new NumberedItem(item))]);

    private async Task<MigrationRow> CompareDocumentsAsync(CancellationToken cancellationToken)
    {
        var (a, b) = (new ContentSum(), new ContentSum());
        using var hash = new ContentHash();
        foreach (var collection in DocumentCopy.Collections)
        {
            var before = b.Count;
            await foreach (var (original, copy) in DocumentPairs.ReadAsync(source.Store, target.Store, collection, cancellationToken))
            {
                if (original is not null) a.Add(HashOf(original));
                if (copy is not null) b.Add(HashOf(copy));
                var name = $"document '{(original ?? copy)!.Key.Key}' of namespace '{(original ?? copy)!.Key.Namespace}' in collection '{collection}'";
                if (copy is null) _differences.Add($"{name} is missing in the target");
                else if (original is null) _differences.Add($"{name} is only in the target");
                else if (!original.Content.Span.SequenceEqual(copy.Content.Span)) _differences.Add($"{name} isn't the same");
            }

            if (target.Store.IsShared) await CheckChangesAsync(collection, b.Count - before, cancellationToken);

            byte[] HashOf(Document document) => hash.Add(collection).Add(document.Key.Namespace).Add(document.Key.Key).Add(document.Content.Span).Finish();
        }

        return Row("documents", a, b);
    }

    /// <summary>The servers on a shared store learn of each other's writes by its list of changes, which every document is in.</summary>
    private async Task CheckChangesAsync(string collection, long documents, CancellationToken cancellationToken)
    {
        var cursor = new ChangeCursor(ImmutableDictionary<string, long>.Empty);
        var listed = 0L;
        while (await target.Store.ReadChangesAsync(collection, cursor, cancellationToken) is { Changes.Count: > 0 } page)
        {
            listed += page.Changes.Count(change => change.Document is not null);
            cursor = page.Next;
        }

        if (listed != documents) _differences.Add($"the target's list of changes of collection '{collection}' has {listed} of {documents} documents");
    }

    private async Task<MigrationRow> CompareArtefactsAsync(CancellationToken cancellationToken)
    {
        var (a, b) = (new ContentSum(), new ContentSum());
        var (from, to) = (new ArtefactPlace(source), new ArtefactPlace(target));
        await foreach (var (ns, version) in ArtefactCopy.ListAsync(source.Store, cancellationToken))
        {
            var original = await ArtefactFiles.HashAsync(from, ns, version, cancellationToken);
            var copy = await ArtefactFiles.HashAsync(to, ns, version, cancellationToken);
            foreach (var hash in original.Values) a.Add(hash);
            foreach (var hash in copy.Values) b.Add(hash);
            if (original.Count == 0) _missing.Add($"model '{version}' of namespace '{ns}'");
            foreach (var name in original.Keys.Union(copy.Keys).Order(StringComparer.Ordinal))
            {
                if (original.TryGetValue(name, out var x) && copy.TryGetValue(name, out var y) && x.AsSpan().SequenceEqual(y)) continue;
                _differences.Add($"file '{name}' of model '{version}' of namespace '{ns}' isn't the same");
            }
        }

        return Row("model files", a, b);
    }
}
