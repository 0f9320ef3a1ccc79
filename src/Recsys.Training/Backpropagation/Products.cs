using Recsys.Inference.Kernels;
using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// A lane's products with matrices of the weights, by libtorch: in float32, or of operands that are rounded to bfloat16, some rows at a time, so that the rounded ones stay in the cache.
/// </summary>
/// <param name="weights">The weights.</param>
/// <param name="gradients">The lane's gradients.</param>
internal sealed class Products(SharedWeights weights, LaneGradients gradients) : IDisposable
{
    /// <summary>Rows that are rounded at a time.</summary>
    private const int RowsAtATime = 512;

    /// <summary>With fewer rows rounding and calling takes longer than a float32 product.</summary>
    private const int FewRows = 24;

    private readonly HalfMatrix _left = new(), _right = new(), _product = new();

    /// <summary>to += from weight', row by row.</summary>
    /// <param name="to">(n, out).</param>
    /// <param name="from">(n, in).</param>
    /// <param name="weight">(out, in).</param>
    public void Add(Matrix to, Matrix from, string weight)
    {
        using var turned = weights.Matrix(weight).t();
        Multiply(to, 0, from, 0, to.Rows, turned, add: true);
    }

    /// <summary>to += from weight' for the rows of one time step.</summary>
    /// <param name="to">(n, out).</param>
    /// <param name="from">(n, in).</param>
    /// <param name="first">The first of the rows, in both.</param>
    /// <param name="count">How many.</param>
    /// <param name="weight">(out, in), a recurrent one.</param>
    public void AddStep(Matrix to, Matrix from, int first, int count, string weight)
    {
        if (weights.BFloat16 && count >= FewRows)
        {
            using var turned = weights.Matrix(weight).t();
            Multiply(to, first, from, first, count, turned, add: true);
        }
        else
        {
            Multiply(to, first, from, first, count, weights.Turned(weight), add: true);
        }
    }

    /// <summary>to = from weight for the rows of one time step, backwards.</summary>
    /// <param name="to">(count, in).</param>
    /// <param name="from">(n, out).</param>
    /// <param name="first">The first of its rows.</param>
    /// <param name="count">How many.</param>
    /// <param name="weight">(out, in), a recurrent one.</param>
    public void StepBack(Matrix to, Matrix from, int first, int count, string weight) =>
        Multiply(to, 0, from, first, count, weights.BFloat16 && count >= FewRows ? weights.Matrix(weight) : weights.Exact(weight), add: false);

    /// <summary>The gradients of a layer: that of its weight is added to, that of its inputs written.</summary>
    /// <param name="dOutputs">(n, out): the gradient of its outputs.</param>
    /// <param name="inputs">(n, in).</param>
    /// <param name="weight">(out, in).</param>
    /// <param name="dInputs">(n, in), written; may be the inputs.</param>
    public void Back(Matrix dOutputs, Matrix inputs, string weight, Matrix dInputs)
    {
        if (!weights.BFloat16)
        {
            AddGradient(dOutputs, inputs, 0, weight);
            Multiply(dInputs, 0, dOutputs, 0, dOutputs.Rows, weights.Matrix(weight), add: false);
            return;
        }
        for (var first = 0; first < dOutputs.Rows; first += RowsAtATime)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(RowsAtATime, dOutputs.Rows - first);
            var left = AddRoundedGradient(dOutputs, inputs, first, count, weight);
            _product.Multiply(left, weights.Matrix(weight));
            BFloat16.Widen(_product.Span[..(count * dInputs.Columns)], dInputs.Slice(first, count));
        }
    }

    /// <summary>Adds the gradient of a weight.</summary>
    /// <param name="dOutputs">(n, out): the gradient of its outputs.</param>
    /// <param name="inputs">(n, in).</param>
    /// <param name="from">The first row that counts.</param>
    /// <param name="weight">(out, in).</param>
    public void AddGradient(Matrix dOutputs, Matrix inputs, int from, string weight)
    {
        if (!weights.BFloat16)
        {
            using var turned = dOutputs.Tensor(from, dOutputs.Rows - from).t();
            gradients.Matrix(weight).addmm_(turned, inputs.Tensor(from, dOutputs.Rows - from), 1, 1);
            return;
        }
        for (var first = from; first < dOutputs.Rows; first += RowsAtATime)
        {
            using var scope = NewDisposeScope();
            AddRoundedGradient(dOutputs, inputs, first, Math.Min(RowsAtATime, dOutputs.Rows - first), weight);
        }
    }

    public void Dispose()
    {
        foreach (var matrix in new[] { _left, _right, _product })
            matrix.Dispose();
    }

    /// <summary>Returns the rounded gradients of the outputs.</summary>
    private Tensor AddRoundedGradient(Matrix dOutputs, Matrix inputs, int first, int count, string weight)
    {
        _left.Round(dOutputs.Slice(first, count), dOutputs.Columns);
        _right.Round(inputs.Slice(first, count), inputs.Columns);
        var left = _left.Tensor();
        _product.Multiply(left.t(), _right.Tensor());
        BFloat16.Add(gradients[weight], _product.Span[..gradients[weight].Length]);
        return left;
    }

    private void Multiply(Matrix to, int toFirst, Matrix from, int fromFirst, int rows, Tensor right, bool add)
    {
        if (right.dtype == ScalarType.Float32)
        {
            to.Tensor(toFirst, rows).addmm_(from.Tensor(fromFirst, rows), right, add ? 1 : 0, 1);
            return;
        }
        for (var first = 0; first < rows; first += RowsAtATime)
        {
            var count = Math.Min(RowsAtATime, rows - first);
            _left.Round(from.Slice(fromFirst + first, count), from.Columns);
            using (var left = _left.Tensor())
                _product.Multiply(left, right);
            var product = _product.Span[..(count * to.Columns)];
            if (add)
                BFloat16.Add(to.Slice(toFirst + first, count), product);
            else
                BFloat16.Widen(product, to.Slice(toFirst + first, count));
        }
    }
}
