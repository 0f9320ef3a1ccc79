using BenchmarkDotNet.Attributes;
using Recsys.Inference;
using Recsys.Inference.Networks;
using Recsys.Tests.Inference;

namespace Recsys.Benchmarks.Inference;

/// <summary>One interaction and a whole history through the Session network, beside the scalar oracle's step. On a machine that does something else, read the column Min.</summary>
[MinColumn]
public class SessionNetworkBenchmarks
{
    private const int Items = 2000;

    private readonly TemporaryFolder _folder = new();
    private readonly SessionStep[] _history = new SessionStep[200];
    private SessionNetwork _network = null!;
    private SessionOracle _oracle = null!;
    private Half[] _slot = [];
    private float[] _state = [];
    private float[] _output = [];
    private int _item;

    /// <summary>E, H, B and the number of members.</summary>
    [Params("128/128/1/1", "128/128/1/4", "128/128/2/1", "192/192/2/1")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var sizes = Shape.Split('/').Select(int.Parse).ToArray();
        var artefact = SampleModel.Open(_folder, SampleModel.Settings(sizes[0], sizes[1], sizes[2]) with { Members = sizes[3] }, Items);
        _network = new(artefact);
        _oracle = new(artefact);
        _slot = new Half[_network.SlotLength];
        _state = new float[_network.StateLength];
        _output = new float[_network.VectorSize];
        for (var i = 0; i < _history.Length; i++) _history[i] = new(i * 7 % Items, InteractionKind.Play, (byte)i);
    }

    [GlobalCleanup]
    public void Cleanup() => _folder.Dispose();

    [Benchmark(Baseline = true)]
    public float[] ScalarOracleStep() => _oracle.Step(_state, new(NextItem(), InteractionKind.Play, 200), round: true);

    [Benchmark]
    public void Step() => _network.Step(_slot, new(NextItem(), InteractionKind.Play, 200));

    /// <summary>What a list adds to a step before it scores items.</summary>
    [Benchmark]
    public void ReadOutput() => _network.ReadOutput(_slot, _output);

    [Benchmark]
    public void StepFloat32() => _network.StepFloat32(_state, new(NextItem(), InteractionKind.Play, 200), _output);

    [Benchmark]
    public void Rebuild200() => _network.Rebuild(_slot, _history);

    private int NextItem() => _item = (_item + 97) % Items;
}
