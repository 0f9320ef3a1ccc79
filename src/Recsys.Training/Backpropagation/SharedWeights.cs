using System.Runtime.InteropServices;
using Recsys.Training.Session;
using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>The master weights as libtorch's tensors, which all lanes read: the same memory in float32, and the blocks' matrices rounded to bfloat16 where products are.</summary>
internal sealed class SharedWeights : IDisposable
{
    private readonly SessionWeights _weights;
    private readonly Tensor _flat;
    private readonly Dictionary<string, Tensor> _matrices = [];

    public SharedWeights(SessionWeights weights, bool bfloat16)
    {
        _weights = weights;
        BFloat16 = bfloat16;
        _flat = frombuffer(weights.Values, ScalarType.Float32).DetachFromDisposeScope();
        foreach (var slot in weights.Layout.Slots.Where(slot => slot.Shape.Length == 2))
            _matrices[slot.Name] = View(_flat, slot);
        if (!bfloat16)
            return;
        foreach (var slot in Rounded())
        {
            _matrices[slot.Name].Dispose();
            _matrices[slot.Name] = zeros(slot.Shape[0], slot.Shape[1], dtype: ScalarType.BFloat16).DetachFromDisposeScope();
        }
        Refresh();
    }

    public bool BFloat16 { get; }

    /// <summary>A vector of the weights.</summary>
    public ReadOnlySpan<float> Vector(string name) => _weights[name];

    /// <summary>A matrix for products.</summary>
    public Tensor Matrix(string name) => _matrices[name];

    /// <summary>To be called when the weights have changed.</summary>
    public void Refresh()
    {
        if (!BFloat16)
            return;
        foreach (var slot in Rounded())
            Session.BFloat16.Narrow(_weights[slot], MemoryMarshal.Cast<byte, ushort>(_matrices[slot.Name].bytes));
    }

    public void Dispose()
    {
        foreach (var matrix in _matrices.Values)
            matrix.Dispose();
        _flat.Dispose();
    }

    /// <summary>A slot of flat weights or gradients as a matrix.</summary>
    public static Tensor View(Tensor flat, WeightSlot slot)
    {
        using var part = flat.narrow(0, slot.Offset, slot.Length);
        return part.view(slot.Shape[0], slot.Shape[1]).DetachFromDisposeScope();
    }

    // Kinds, strengths and gaps are looked up, never multiplied.
    private IEnumerable<WeightSlot> Rounded() => _weights.Layout.Slots.Where(slot => slot.Shape.Length == 2 && (slot.MayBeBFloat16 || slot.Name == "item_embedding"));
}
