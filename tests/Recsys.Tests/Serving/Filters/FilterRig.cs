using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters;
using Recsys.Tests.Serving.Catalogue;

namespace Recsys.Tests.Serving.Filters;

/// <summary>Asks filters of items in a real catalogue's mirror.</summary>
internal sealed class FilterRig : IAsyncDisposable
{
    public const long NowMs = 1_790_000_000_000;

    /// <summary>A number that no item has.</summary>
    public const uint Unknown = 999_999;

    private readonly CatalogueFixture _fixture;
    private long _revision;

    private FilterRig(CatalogueFixture fixture) => _fixture = fixture;

    public CatalogueMirror Mirror => _fixture.Mirror;

    public static async Task<FilterRig> OpenAsync() => new(await CatalogueFixture.OpenAsync());

    /// <summary>Writes an item, as the catalogue does after the store took it; null deletes it.</summary>
    public void Put(uint number, CatalogueItem? item) => Mirror.Apply(number, 0, Interlocked.Increment(ref _revision), item);

    public FilterContext Context(long nowMs = NowMs, string country = "", string locale = "", int? ceiling = null) =>
        FilterContext.For(Mirror, nowMs, country, locale, ceiling);

    /// <summary>Whether an item passes.</summary>
    public bool Passes(string text, uint number, string country = "", string locale = "", int? ceiling = null) =>
        FilterParser.Parse(text).Matches(number, Context(NowMs, country, locale, ceiling));

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
