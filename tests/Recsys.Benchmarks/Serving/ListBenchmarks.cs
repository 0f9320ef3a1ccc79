using BenchmarkDotNet.Attributes;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters;
using Recsys.Serving.Lists;

namespace Recsys.Benchmarks.Serving;

/// <summary>A list of 20 for a user with a ring of 200, from the stored state's bytes to the list with titles, reasons and the next page's token.</summary>
public class ListBenchmarks
{
    private ServingSample _sample = null!;
    private readonly ItemFilter _rareFirst = FilterParser.Parse(ServingSample.RareFirst);
    private readonly ItemFilter _rareLast = FilterParser.Parse(ServingSample.RareLast);
    private readonly ItemFilter _rareNumbers = FilterParser.Parse(ServingSample.RareNumbers);
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
        _sample.Lists.Make(_request, _sample.Audiences.Of([_sample.Record], ServingSample.Ns, ServingSample.NowMs), ServingSample.NowMs, new(CancellationToken.None));

    [Benchmark]
    public RankedList OnlyFilms() => _sample.Lists.Make(
        _request with { ItemKinds = [ItemKind.Film], MaturityCeiling = 12 },
        _sample.Audiences.Of([_sample.Record], ServingSample.Ns, ServingSample.NowMs),
        ServingSample.NowMs, new(CancellationToken.None));

    [Benchmark]
    public RankedList FilteredByRareFirstTerm() => Filtered(_rareFirst);

    [Benchmark]
    public RankedList FilteredByRareLastTerm() => Filtered(_rareLast);

    [Benchmark]
    public RankedList FilteredByNumbers() => Filtered(_rareNumbers);

    [Benchmark]
    public RankedList Popular() => _sample.Lists.Make(_request, new([], 0), ServingSample.NowMs, new(CancellationToken.None));

    private RankedList Filtered(ItemFilter filter) => _sample.Lists.Make(
        _request with { Filter = filter }, _sample.Audiences.Of([_sample.Record], ServingSample.Ns, ServingSample.NowMs), ServingSample.NowMs, new(CancellationToken.None));
}
