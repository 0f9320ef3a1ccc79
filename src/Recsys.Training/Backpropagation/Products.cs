using Recsys.Inference.Kernels;
using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// A lane's products with matrices of the weights, by libtorch: in float32, or of operands that are rounded to bfloat16. They are of some rows at a time: whoever does a layer's whole work on
/// <see cref="RowsAtATime"/> rows before the next ones finds them in the cache.
/// </summary>
/// <param name="weights">The weights.</param>
/// <param name="gradients">The lane's gradients.</param>
internal sealed class Products(SharedWeights weights, LaneGradients gradients) : IDisposable
{
    /// <summary>Rows to multiply at a time.</summary>
    public const int RowsAtATime = 512;

    /// <summary>With fewer rows rounding and calling takes longer than a float32 product.</summary>
    private const int FewRows = 24;

    private readonly HalfMatrix _left = new(), _right = new(), _product = new();
    private Matrix? _dOutputs;
    private int _first, _count;

    /// <summary>The rows of a matrix, <see cref="RowsAtATime"/> at a time.</summary>
    public static IEnumerable<(int First, int Count)> Parts(int rows)
    {
        for (var first = 0; first < rows; first += RowsAtATime)
            yield return (first, Math.Min(RowsAtATime, rows - first));
    }

    /// <summary>to = from weight' + bias.</summary>
    /// <param name="to">(n, out).</param>
    /// <param name="toFirst">The first of its rows.</param>
    /// <param name="from">(n, in).</param>
    /// <param name="fromFirst">The first of its rows.</param>
    /// <param name="count">Rows, at most <see cref="RowsAtATime"/>.</param>
    /// <param name="weight">(out, in).</param>
    /// <param name="bias">(out).</param>
    public void Multiply(Matrix to, int toFirst, Matrix from, int fromFirst, int count, string weight, string bias)
    {
        using var turned = weights.Matrix(weight).t();
        if (weights.BFloat16)
        {
            RowKernel.Widen(Rounded(from, fromFirst, count, turned), weights.Vector(bias), to.Slice(toFirst, count));
            return;
        }
        RowKernel.Fill(to.Slice(toFirst, count), weights.Vector(bias));
        Multiply(to, toFirst, from, fromFirst, count, turned, add: true);
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
            BFloat16.Add(to.Slice(first, count), Rounded(from, first, count, turned));
            return;
        }
        Multiply(to, first, from, first, count, weights.Turned(weight), add: true);
    }

    /// <summary>to = from weight for the rows of one time step, backwards.</summary>
    /// <param name="to">(count, in).</param>
    /// <param name="from">(n, out).</param>
    /// <param name="first">The first of its rows.</param>
    /// <param name="count">How many.</param>
    /// <param name="weight">(out, in), a recurrent one.</param>
    public void StepBack(Matrix to, Matrix from, int first, int count, string weight)
    {
        if (weights.BFloat16 && count >= FewRows)
            BFloat16.Widen(Rounded(from, first, count, weights.Matrix(weight)), to.Slice(0, count));
        else
            Multiply(to, 0, from, first, count, weights.Exact(weight), add: false);
    }

    /// <summary>Takes the gradient of a layer's outputs for what follows.</summary>
    /// <param name="dOutputs">(n, out).</param>
    /// <param name="first">The first of its rows.</param>
    /// <param name="count">How many.</param>
    public void Take(Matrix dOutputs, int first, int count)
    {
        (_dOutputs, _first, _count) = (dOutputs, first, count);
        if (weights.BFloat16)
            _left.Round(dOutputs.Slice(first, count), dOutputs.Columns);
    }

    /// <summary>Adds the gradient of a weight, that of its outputs being taken.</summary>
    /// <param name="weight">(out, in).</param>
    /// <param name="inputs">(n, in).</param>
    /// <param name="first">The first of their rows.</param>
    public void AddGradient(string weight, Matrix inputs, int first)
    {
        using var scope = NewDisposeScope();
        if (!weights.BFloat16)
        {
            gradients.Matrix(weight).addmm_(_dOutputs!.Tensor(_first, _count).t(), inputs.Tensor(first, _count), 1, 1);
            return;
        }
        _right.Round(inputs.Slice(first, _count), inputs.Columns);
        _product.Multiply(_left.Tensor().t(), _right.Tensor());
        BFloat16.Add(gradients[weight], _product.Span[..gradients[weight].Length]);
    }

    /// <summary>Writes the gradient of a layer's inputs, that of its outputs being taken.</summary>
    /// <param name="dInputs">(n, in).</param>
    /// <param name="first">The first of its rows.</param>
    /// <param name="weight">(out, in).</param>
    public void WriteInputs(Matrix dInputs, int first, string weight)
    {
        if (!weights.BFloat16)
        {
            Multiply(dInputs, first, _dOutputs!, _first, _count, weights.Matrix(weight), add: false);
            return;
        }
        using (var left = _left.Tensor())
            _product.Multiply(left, weights.Matrix(weight));
        var to = dInputs.Slice(first, _count);
        BFloat16.Widen(_product.Span[..to.Length], to);
    }

    public void Dispose()
    {
        foreach (var matrix in new[] { _left, _right, _product })
            matrix.Dispose();
    }

    /// <summary>The product of rounded rows, until the next one.</summary>
    private ReadOnlySpan<ushort> Rounded(Matrix from, int first, int count, Tensor right)
    {
        _left.Round(from.Slice(first, count), from.Columns);
        using var left = _left.Tensor();
        _product.Multiply(left, right);
        return _product.Span[..(count * (int)right.shape[1])];
    }

    private static void Multiply(Matrix to, int toFirst, Matrix from, int fromFirst, int rows, Tensor right, bool add)
    {
        using var target = to.Tensor(toFirst, rows);
        using var left = from.Tensor(fromFirst, rows);
        target.addmm_(left, right, add ? 1 : 0, 1);
    }
}
