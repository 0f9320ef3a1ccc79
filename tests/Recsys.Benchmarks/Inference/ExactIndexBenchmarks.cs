using BenchmarkDotNet.Attributes;
using Recsys.Inference.Index;
using Recsys.Inference.Kernels;

namespace Recsys.Benchmarks.Inference;

/// <summary>Exact search over 100,000 items.</summary>
public class ExactIndexBenchmarks
{
    private const int Items = 100_000;

    private readonly ScoredItem[] _best = new ScoredItem[100];
    private readonly float[] _scores = new float[8 * Items];
    private ExactIndex _index = null!;
    private float[] _vectors = [];
    private float[] _queries = [];

    /// <summary>Length of the vectors.</summary>
    [Params(64, 128)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _vectors = [.. Enumerable.Range(0, Items * Length).Select(_ => random.NextSingle() - 0.5f)];
        _queries = [.. Enumerable.Range(0, 8 * Length).Select(_ => random.NextSingle() - 0.5f)];
        _index = new(new ItemVectors(_vectors, Length), new float[Items]);
    }

    [Benchmark(Baseline = true)]
    public void ScalarOracleScan()
    {
        for (var i = 0; i < Items; i++) _scores[i] = Scalar.Dot(_vectors.AsSpan(i * Length, Length), _queries.AsSpan(0, Length));
    }

    [Benchmark]
    public void ScoreAll() => _index.ScoreAll(_queries.AsSpan(0, Length), _scores.AsSpan(0, Items));

    [Benchmark]
    public int Top100() => _index.Top(_queries.AsSpan(0, Length), [], _best);

    [Benchmark]
    public int Similar100() => _index.Similar(5, [], _best);

    [Benchmark(OperationsPerInvoke = 8)]
    public void ScoreAllOfEight() => _index.ScoreAll(_queries, 8, _scores);
}
