using System.Runtime.InteropServices;
using Recsys.Training.Session;
using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>One lane's gradients, flat like the weights, in libtorch's memory: it begins with a cache line, on which the bits of libtorch's products depend.</summary>
internal sealed class LaneGradients : IDisposable
{
    private readonly WeightLayout _layout;
    private readonly Tensor _flat;
    private readonly Dictionary<string, Tensor> _matrices = [];

    public LaneGradients(WeightLayout layout)
    {
        _layout = layout;
        _flat = zeros(layout.Length).DetachFromDisposeScope();
        foreach (var slot in layout.Slots.Where(slot => slot.Shape.Length == 2))
        {
            using var part = _flat.narrow(0, slot.Offset, slot.Length);
            _matrices[slot.Name] = part.view(slot.Shape[0], slot.Shape[1]).DetachFromDisposeScope();
        }
    }

    /// <summary>All of them.</summary>
    public Span<float> Values => MemoryMarshal.Cast<byte, float>(_flat.bytes);

    public Span<float> this[string name] => Values.Slice(_layout[name].Offset, _layout[name].Length);

    public Tensor Matrix(string name) => _matrices[name];

    public void Dispose()
    {
        foreach (var matrix in _matrices.Values)
            matrix.Dispose();
        _flat.Dispose();
    }
}
