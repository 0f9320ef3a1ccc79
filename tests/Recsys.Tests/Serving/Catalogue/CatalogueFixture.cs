using Microsoft.Extensions.Time.Testing;
using Recsys.Serving.Catalogue;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Serving.Catalogue;

/// <summary>A catalogue over a store of its own.</summary>
internal sealed class CatalogueFixture : IAsyncDisposable
{
    internal const string Namespace = "games";

    private CatalogueFixture(SqliteStore store, ItemNumbers numbers, CatalogueMirror mirror, FakeTimeProvider time)
    {
        Store = store;
        Numbers = numbers;
        Mirror = mirror;
        Time = time;
        Catalogue = new(store, numbers, mirror, time, new());
    }

    internal SqliteStore Store { get; }

    internal ItemNumbers Numbers { get; }

    internal CatalogueMirror Mirror { get; }

    internal FakeTimeProvider Time { get; }

    internal ItemCatalogue Catalogue { get; }

    internal static async Task<CatalogueFixture> OpenAsync(SqliteStore? store = null)
    {
        store ??= await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), CancellationToken.None);
        var numbers = await ItemNumbers.LoadAsync(store, CancellationToken.None);
        return new(store, numbers, await CatalogueMirror.LoadAsync(store, numbers, CancellationToken.None), new(DateTimeOffset.UnixEpoch.AddDays(20_000)));
    }

    /// <summary>The same store read anew, as after a restart.</summary>
    internal Task<CatalogueFixture> ReopenAsync() => OpenAsync(Store);

    internal async Task<VersionedItem> PutAsync(CatalogueItem item) => (await Catalogue.UpsertAsync(Namespace, [item], CancellationToken.None))[0];

    internal uint Number(string itemId) => Numbers.TryGet(Namespace, itemId, out var number) ? number : throw new ArgumentException($"{itemId} has no number.");

    internal bool IsEligible(string itemId, in ListFilter filter) => Mirror.IsEligible(Number(itemId), filter);

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
