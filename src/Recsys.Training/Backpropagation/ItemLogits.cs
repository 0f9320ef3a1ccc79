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
    private readonly HalfMatrix _rounded = new(), _roundedOutputs = new(), _product = new();
    private float[] _row = [];
    private Matrix? _outputs;
    private Tensor? _items;
    private int _first, _count, _itemCount;

    /// <summary>Takes the outputs at some targets.</summary>
    /// <param name="outputs">(T, E).</param>
    /// <param name="first">The first of the targets.</param>
    /// <param name="count">How many.</param>
    /// <param name="items">(at least N, E): the items' embeddings, in the type of the products.</param>
    /// <param name="itemCount">N.</param>
    public void Take(Matrix outputs, int first, int count, Tensor items, int itemCount)
    {
        (_outputs, _first, _count, _items, _itemCount) = (outputs, first, count, items, itemCount);
        if (bfloat16)
        {
            _roundedOutputs.Round(outputs.Slice(first, count), outputs.Columns);
            _rounded.Resize(count, (int)items.shape[0]);
            if (_row.Length != itemCount + more)
                _row = new float[itemCount + more];
        }
        else
        {
            _exact.Resize(count * (itemCount + more));
        }
    }

    /// <summary>logits = outputs items'.</summary>
    /// <param name="from">The first of the targets, from that of those taken.</param>
    /// <param name="count">How many.</param>
    public void Multiply(int from, int count)
    {
        using var turned = _items!.t();
        if (bfloat16)
        {
            var rows = RowsOf(from, count);
            using var to = _rounded.Tensor(from, rows);
            using var left = _roundedOutputs.Tensor(from, rows);
            to.addmm_(left, turned, beta: 0, alpha: 1);
        }
        else
        {
            using var to = Exact(from, count);
            using var left = _outputs!.Tensor(_first + from, count);
            to.addmm_(left, turned, 0, 1);
        }
    }

    /// <summary>The logits of one of the targets taken, (N + more), to be made their gradients; until the next call.</summary>
    public Span<float> Row(int row)
    {
        if (!bfloat16)
            return _exact.Slice(row * (_itemCount + more), _itemCount + more);
        BFloat16.Widen(_rounded.Row(row, _itemCount), _row);
        return _row;
    }

    /// <summary>To be called when a row's gradients are there.</summary>
    public void Put(int row)
    {
        if (bfloat16)
            BFloat16.Narrow(_row.AsSpan(0, _itemCount), _rounded.Row(row, _itemCount));
    }

    /// <summary>Writes the gradients of the outputs.</summary>
    /// <param name="dOutputs">(T, E).</param>
    /// <param name="from">The first of the targets, from that of those taken.</param>
    /// <param name="count">How many.</param>
    public void WriteOutputs(Matrix dOutputs, int from, int count)
    {
        if (bfloat16)
        {
            using (var gradient = _rounded.Tensor(from, RowsOf(from, count)))
                _product.Multiply(gradient, _items!);
            BFloat16.Widen(_product.Span[..(count * dOutputs.Columns)], dOutputs.Slice(_first + from, count));
        }
        else
        {
            using var gradient = Exact(from, count);
            using var to = dOutputs.Tensor(_first + from, count);
            to.addmm_(gradient, _items!, 0, 1);
        }
    }

    /// <summary>Adds the gradients of the items that all targets taken give.</summary>
    /// <param name="dItems">(N, E) float32.</param>
    public void AddItems(Tensor dItems)
    {
        using var scope = NewDisposeScope();
        if (bfloat16)
        {
            // The rows beyond the targets are of outputs that are zeros.
            _product.Multiply(_rounded.Tensor().t(), _roundedOutputs.Tensor());
            var sums = MemoryMarshal.Cast<byte, float>(dItems.bytes);
            BFloat16.Add(sums, _product.Span[..sums.Length]);
        }
        else
        {
            dItems.addmm_(Exact(0, _count).t(), _outputs!.Tensor(_first, _count), 1, 1);
        }
    }

    public void Dispose()
    {
        _exact.Dispose();
        foreach (var matrix in new[] { _rounded, _roundedOutputs, _product })
            matrix.Dispose();
    }

    /// <summary>The last rows are multiplied together with those up to the next number of rows that there are products of.</summary>
    private int RowsOf(int from, int count) => from + count == _count ? _rounded.Rows - from : count;

    private Tensor Exact(int first, int count)
    {
        var width = _itemCount + more;
        using var values = _exact.Tensor(first * width, count * width);
        using var rows = values.view(count, width);
        return rows.narrow(1, 0, _itemCount);
    }
}
