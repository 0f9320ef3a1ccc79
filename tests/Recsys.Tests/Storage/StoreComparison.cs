using Recsys.Storage;

namespace Recsys.Tests.Storage;

/// <summary>Reads a store page by page and compares it with the model.</summary>
internal sealed class StoreComparison(IRecsysStore store)
{
    // Those that commits use, some that fill windows, and one that is in none.
    private static readonly ulong[] CommonHashes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1000, 1500, 2000, 2500, 3000, 3100, 3900, 4050, ulong.MaxValue];

    public async Task UserAsync(StoreModel model, UserKey key, int pageSize, long nowMs)
    {
        var user = model.Users.GetValueOrDefault(key) ?? new StoreModelUser();
        // With the two on either side of the window's edge.
        ulong[] hashes = [.. user.Hashes.SkipLast(999).TakeLast(2).Select(h => h.Hash).Concat(CommonHashes).Distinct()];
        var record = Assert.Single(await store.LoadAsync([new UserLookup(key, hashes)], nowMs, default));
        Assert.Equal(user.Revision, record.Revision);
        Assert.Equal(user.State, record.State.ToArray());
        Assert.Equal(user.Profile, record.Profile.ToArray());
        Assert.Equal(hashes.Where(h => user.Knows(h, nowMs)).Order(), record.KnownHashes.Order());
        foreach (var stream in Enum.GetValues<LogStream>())
        {
            await LogAsync(user.Stream(stream), pageSize, (boundary, newest) => store.ReadUserLogAsync(key, stream, boundary, pageSize, newest, default));
        }
    }

    public async Task LogAsync(StoreModel model, LogStream stream, int pageSize)
    {
        foreach (bool newestFirst in (bool[])[false, true])
        {
            var entries = new List<LogEntry>();
            var from = default(LogCursor);
            while (await store.ReadLogAsync(stream, from, pageSize, newestFirst, default) is { Entries.Count: > 0 } page)
            {
                Assert.True(page.Entries.Count <= pageSize);
                entries.AddRange(page.Entries);
                from = page.Next;
            }

            // A store may be partitioned: only within a user there is an order.
            foreach (var user in entries.GroupBy(e => e.User))
                Assert.Equal(user.Select(e => newestFirst ? -e.Sequence : e.Sequence).Order(), user.Select(e => newestFirst ? -e.Sequence : e.Sequence));
            var expected = model.Users.Values.SelectMany(u => u.Stream(stream)).Select(e => e.Text);
            Assert.Equal(expected.Order(StringComparer.Ordinal), entries.Select(StoreModelEntry.TextOf).Order(StringComparer.Ordinal));
        }
    }

    public async Task UsersAsync(StoreModel model, string ns, int pageSize)
    {
        var expected = model.Users.Keys.Where(u => u.Namespace == ns).Select(u => u.UserId).Order(StringComparer.Ordinal);
        var users = await PagesAsync<string, string?>(null, id => id, pageSize, after => store.ListUsersAsync(ns, after, pageSize, default));
        Assert.Equal(expected, users.Order(StringComparer.Ordinal));
    }

    public async Task ItemsAsync(StoreModel model, int pageSize)
    {
        var expected = model.Items.Select(i => new ItemNumber(i.Value, i.Key.Namespace, i.Key.ItemId)).OrderBy(i => i.Number);
        Assert.Equal(expected, await PagesAsync(0u, i => i.Number, pageSize, after => store.ListItemNumbersAsync(after, pageSize, default)));
    }

    public async Task DocumentsAsync(StoreModel model, string collection, string? ns, int pageSize)
    {
        var expected = model.Documents.Where(d => d.Key.Collection == collection && (ns is null || d.Key.Key.Namespace == ns))
            .Select(d => new Document(d.Key.Key, d.Value.Revision, d.Value.Content)).ToList();
        expected.Sort((a, b) => (StoreModel.CompareUtf8(a.Key.Namespace, b.Key.Namespace), StoreModel.CompareUtf8(a.Key.Key, b.Key.Key)).CompareTo((0, 0)));
        var stored = await PagesAsync<Document, DocumentKey?>(
            null, d => d.Key, pageSize, after => store.ListDocumentsAsync(collection, ns, after, pageSize, default));
        Assert.Equal(expected.Select(Text), stored.Select(Text));
        foreach (var document in expected)
        {
            var got = await store.GetDocumentAsync(collection, document.Key.Namespace, document.Key.Key, default);
            Assert.Equal(Text(document), Text(got!));
        }
    }

    private static async Task LogAsync(
        IEnumerable<StoreModelEntry> entries, int pageSize, Func<long, bool, ValueTask<IReadOnlyList<LogEntry>>> read)
    {
        var expected = entries.Select(e => e.Text).ToList();
        var ascending = await PagesAsync(0L, e => e.Sequence, pageSize, after => read(after, false));
        Assert.Equal(expected, ascending.Select(StoreModelEntry.TextOf));
        var descending = await PagesAsync(long.MaxValue, e => e.Sequence, pageSize, before => read(before, true));
        expected.Reverse();
        Assert.Equal(expected, descending.Select(StoreModelEntry.TextOf));
    }

    private static async Task<List<T>> PagesAsync<T, TBoundary>(
        TBoundary start, Func<T, TBoundary> boundary, int pageSize, Func<TBoundary, ValueTask<IReadOnlyList<T>>> read)
    {
        var all = new List<T>();
        while (true)
        {
            var page = await read(all.Count == 0 ? start : boundary(all[^1]));
            Assert.True(page.Count <= pageSize);
            all.AddRange(page);
            if (page.Count < pageSize)
                return all;
        }
    }

    private static string Text(Document document) => $"{document.Key} {document.Revision} {Convert.ToHexString(document.Content.Span)}";
}
