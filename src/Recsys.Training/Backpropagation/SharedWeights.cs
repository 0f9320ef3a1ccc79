using System.Runtime.InteropServices;
using Recsys.Training.Session;
using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// The master weights for all lanes to read: vectors in place, matrices as libtorch's copies in float32 or bfloat16. In place they would lie anywhere in a cache line, and the bits of
/// libtorch's products depend on where.
/// </summary>
internal sealed class SharedWeights : IDisposable
{
    private readonly SessionWeights _weights;
    private readonly List<(WeightSlot Slot, Tensor Matrix)> _copies = [];
    private readonly Dictionary<string, Tensor> _matrices = [];
    private readonly Dictionary<string, (WeightSlot Slot, Tensor Exact, Tensor Turned)> _recurrent = [];

    /// <param name="weights">The master weights.</param>
    /// <param name="bfloat16">Whether products are in bfloat16.</param>
    /// <param name="items">Whether there are products with all items.</param>
    public SharedWeights(SessionWeights weights, bool bfloat16, bool items = true)
    {
        _weights = weights;
        BFloat16 = bfloat16;
        // Kinds, strengths and gaps are looked up, never multiplied.
        foreach (var slot in weights.Layout.Slots.Where(slot => slot.Shape.Length == 2 && (slot.MayBeBFloat16 || (items && slot.Name == "item_embedding"))))
        {
            var matrix = empty(slot.Shape[0], slot.Shape[1], dtype: bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32).DetachFromDisposeScope();
            _copies.Add((slot, matrix));
            _matrices[slot.Name] = matrix;
        }
        foreach (var slot in weights.Layout.Slots.Where(slot => slot.Name.EndsWith("lstm.weight_hh", StringComparison.Ordinal)))
        {
            var turned = empty(slot.Shape[1], slot.Shape[0]).DetachFromDisposeScope();
            _recurrent[slot.Name] = (slot, bfloat16 ? empty(slot.Shape[0], slot.Shape[1]).DetachFromDisposeScope() : _matrices[slot.Name], turned);
        }
        Refresh();
    }

    public bool BFloat16 { get; }

    /// <summary>A vector of the weights, or a matrix' values, row-major.</summary>
    public ReadOnlySpan<float> Vector(string name) => _weights[name];

    /// <summary>A matrix for products.</summary>
    public Tensor Matrix(string name) => _matrices[name];

    /// <summary>A recurrent matrix in float32, (4H, H).</summary>
    public Tensor Exact(string name) => _recurrent[name].Exact;

    /// <summary>A recurrent matrix in float32 with its rows as columns, (H, 4H): products of few rows take half as long with it.</summary>
    public Tensor Turned(string name) => _recurrent[name].Turned;

    /// <summary>To be called when the weights have changed.</summary>
    public void Refresh()
    {
        Parallel.ForEach(_copies, copy =>
        {
            if (BFloat16)
                Inference.Kernels.BFloat16.Narrow(_weights[copy.Slot], MemoryMarshal.Cast<byte, ushort>(copy.Matrix.bytes));
            else
                _weights[copy.Slot].CopyTo(MemoryMarshal.Cast<byte, float>(copy.Matrix.bytes));
        });
        using var scope = NewDisposeScope();
        foreach (var (slot, exact, turned) in _recurrent.Values)
        {
            if (BFloat16)
                _weights[slot].CopyTo(MemoryMarshal.Cast<byte, float>(exact.bytes));
            turned.copy_(exact.t());
        }
    }

    public void Dispose()
    {
        foreach (var (_, matrix) in _copies)
            matrix.Dispose();
        foreach (var (_, exact, turned) in _recurrent.Values)
        {
            exact.Dispose();
            turned.Dispose();
        }
    }
}
