using BenchmarkDotNet.Attributes;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters;
using Recsys.Serving.Lists;

namespace Recsys.Benchmarks.Serving;

/// <summary>A list of 20 for a user with a ring of 200, from the stored state's bytes to the list with titles, reasons and the next page's token.</summary>
public class ListBenchmarks
{
    private ServingSample _sample = null!;
    // What passes these is 0.1 % of the sample, by their first term or by their last.
    private readonly ItemFilter _rareFirst = FilterParser.Parse("tags = 'tag 100' AND price < 1 AND languages = 'en' AND attributes.year >= 1970");
    private readonly ItemFilter _rareLast = FilterParser.Parse("languages = 'en' AND duration >= 1h AND attributes.year >= 1970 AND attributes.studio = 'studio 5' AND price <= 1");
    private ListRequest _request = null!;

    /// <summary>Items that the model knows.</summary>
    [Params(10_000, 100_000)]
    public int Items { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _sample = await ServingSample.OpenAsync(Items);
        _request = new() { Namespace = ServingSample.Ns, UserIds = ["user"] };
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _sample.DisposeAsync();

    [Benchmark]
    public RankedList Personalized() =>
        _sample.Lists.Make(_request, _sample.Audiences.Of([_sample.Record], ServingSample.Ns, ServingSample.NowMs), ServingSample.NowMs);

    [Benchmark]
    public RankedList OnlyFilms() => _sample.Lists.Make(
        _request with { ItemKinds = [ItemKind.Film], MaturityCeiling = 12 },
        _sample.Audiences.Of([_sample.Record], ServingSample.Ns, ServingSample.NowMs),
        ServingSample.NowMs);

    [Benchmark]
    public RankedList FilteredByRareFirstTerm() => Filtered(_rareFirst);

    [Benchmark]
    public RankedList FilteredByRareLastTerm() => Filtered(_rareLast);

    [Benchmark]
    public RankedList Popular() => _sample.Lists.Make(_request, new([], 0), ServingSample.NowMs);

    private RankedList Filtered(ItemFilter filter) => _sample.Lists.Make(
        _request with { Filter = filter }, _sample.Audiences.Of([_sample.Record], ServingSample.Ns, ServingSample.NowMs), ServingSample.NowMs);
}
