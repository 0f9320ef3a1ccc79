using System.Runtime.InteropServices;
using Recsys.Inference.Kernels;
using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// The logits of some targets, and the products before and behind them. In bfloat16 they are written once as the product's outcome and once as gradients, half as many bytes; a row at a
/// time is widened for the softmax.
/// </summary>
/// <param name="bfloat16">Whether products are in bfloat16.</param>
/// <param name="more">Floats that a row has beside those of the items.</param>
internal sealed class ItemLogits(bool bfloat16, int more) : IDisposable
{
    private readonly Matrix _exact = new(1);
    private readonly HalfMatrix _rounded = new(), _outputs = new(), _product = new();
    private float[] _row = [];
    private int _items, _count;

    /// <summary>logits = outputs items'.</summary>
    /// <param name="outputs">(T, E).</param>
    /// <param name="first">The first of the targets.</param>
    /// <param name="count">How many.</param>
    /// <param name="items">(at least N, E): the items' embeddings, in the type of the products.</param>
    /// <param name="itemCount">N.</param>
    public void Multiply(Matrix outputs, int first, int count, Tensor items, int itemCount)
    {
        (_items, _count) = (itemCount, count);
        using var turned = items.t();
        if (bfloat16)
        {
            _outputs.Round(outputs.Slice(first, count), outputs.Columns);
            using var left = _outputs.Tensor();
            _rounded.Multiply(left, turned);
            if (_row.Length != itemCount + more)
                _row = new float[itemCount + more];
        }
        else
        {
            _exact.Resize(count * (itemCount + more));
            using var to = Exact();
            using var from = outputs.Tensor(first, count);
            to.addmm_(from, turned, 0, 1);
        }
    }

    /// <summary>A target's logits, (N + more), to be made their gradients; until the next call.</summary>
    public Span<float> Row(int row)
    {
        if (!bfloat16)
            return _exact.Slice(row * (_items + more), _items + more);
        BFloat16.Widen(_rounded.Row(row, _items), _row);
        return _row;
    }

    /// <summary>To be called when a row's gradients are there.</summary>
    public void Put(int row)
    {
        if (bfloat16)
            BFloat16.Narrow(_row.AsSpan(0, _items), _rounded.Row(row, _items));
    }

    /// <summary>The gradients of the outputs, written, and of the items, added.</summary>
    /// <param name="dOutputs">(T, E).</param>
    /// <param name="outputs">(T, E), as they were multiplied.</param>
    /// <param name="first">As they were multiplied.</param>
    /// <param name="items">As they were multiplied.</param>
    /// <param name="dItems">(N, E) float32.</param>
    public void Back(Matrix dOutputs, Matrix outputs, int first, Tensor items, Tensor dItems)
    {
        using var scope = NewDisposeScope();
        if (bfloat16)
        {
            var gradient = _rounded.Tensor();
            _product.Multiply(gradient, items);
            BFloat16.Widen(_product.Span[..(_count * dOutputs.Columns)], dOutputs.Slice(first, _count));
            // The rows beyond the targets are of outputs that are zeros.
            _product.Multiply(gradient.t(), _outputs.Tensor());
            var sums = MemoryMarshal.Cast<byte, float>(dItems.bytes);
            BFloat16.Add(sums, _product.Span[..sums.Length]);
        }
        else
        {
            var gradient = Exact();
            dOutputs.Tensor(first, _count).addmm_(gradient, items, 0, 1);
            dItems.addmm_(gradient.t(), outputs.Tensor(first, _count), 1, 1);
        }
    }

    public void Dispose()
    {
        _exact.Dispose();
        foreach (var matrix in new[] { _rounded, _outputs, _product })
            matrix.Dispose();
    }

    private Tensor Exact()
    {
        using var values = _exact.Tensor();
        using var rows = values.view(_count, _items + more);
        return rows.narrow(1, 0, _items);
    }
}
