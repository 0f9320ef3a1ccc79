using BenchmarkDotNet.Attributes;
using Recsys.Serving.Lists;

namespace Recsys.Benchmarks.Serving;

/// <summary>A list of 20 for a user with a ring of 200, from the stored state's bytes to the list with titles, reasons and the next page's token.</summary>
public class ListBenchmarks
{
    private ServingSample _sample = null!;
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
        _request with { ItemKinds = [Recsys.Serving.Catalogue.ItemKind.Film], MaturityCeiling = 12 },
        _sample.Audiences.Of([_sample.Record], ServingSample.Ns, ServingSample.NowMs),
        ServingSample.NowMs);

    [Benchmark]
    public RankedList Popular() => _sample.Lists.Make(_request, new([], 0), ServingSample.NowMs);
}
