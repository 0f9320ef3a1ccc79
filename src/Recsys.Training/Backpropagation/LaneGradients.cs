using Recsys.Training.Session;
using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>One lane's gradients, flat like the weights and seen by libtorch in the same memory.</summary>
internal sealed class LaneGradients : IDisposable
{
    private readonly WeightLayout _layout;
    private readonly Tensor _flat;
    private readonly Dictionary<string, Tensor> _matrices = [];

    public LaneGradients(WeightLayout layout)
    {
        _layout = layout;
        Values = new float[layout.Length];
        _flat = frombuffer(Values, ScalarType.Float32).DetachFromDisposeScope();
        foreach (var slot in layout.Slots.Where(slot => slot.Shape.Length == 2))
            _matrices[slot.Name] = SharedWeights.View(_flat, slot);
    }

    public float[] Values { get; }

    public Span<float> this[string name] => Values.AsSpan(_layout[name].Offset, _layout[name].Length);

    public Tensor Matrix(string name) => _matrices[name];

    public void Dispose()
    {
        foreach (var matrix in _matrices.Values)
            matrix.Dispose();
        _flat.Dispose();
    }
}
