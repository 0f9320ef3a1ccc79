using BenchmarkDotNet.Attributes;
using Recsys.Inference.Neighbours;
using Recsys.Inference.Partners;

namespace Recsys.Benchmarks.Inference;

/// <summary>What nearest past sessions add to a list: 100,000 sessions of two to fifteen items, of which some are in a good part of the sessions.</summary>
public class SessionKnnBenchmarks
{
    private const int Items = 20_000;
    private const int Sessions = 100_000;
    private const int Histories = 256;

    private readonly float[] _scores = new float[Items];
    private readonly int[][] _histories = new int[Histories][];
    private ModelPartners _partners = ModelPartners.None;
    private int _next;

    /// <summary>Interactions of the histories.</summary>
    [Params(1, 3, 10)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        int[] Draw(int length) => [.. Enumerable.Range(0, length).Select(_ => (int)(Items * Math.Pow(random.NextDouble(), 3)))];
        _partners = new(null, SessionKnn.Fit([.. Enumerable.Range(0, Sessions).Select(_ => Draw(random.Next(2, 16)))], null, Items), new(0, 0, 1));
        for (var i = 0; i < Histories; i++) _histories[i] = Draw(Length);
    }

    [Benchmark]
    public void Add() => _partners.Add(_histories[_next++ % Histories], _scores);
}
