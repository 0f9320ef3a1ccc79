using Recsys.Inference.Kernels;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// One residual block forwards, x += projection(LSTM(norm1(x))), x += down(GELU(up(norm2(x)))), and backwards with the gradients written out. Backpropagation through
/// time (Werbos 1990): the products with the input weights and all weights' gradients are each one product over all steps; only those with the recurrent weights go step by step.
/// </summary>
internal sealed class BlockPass : IDisposable
{
    private readonly SharedWeights _weights;
    private readonly LaneGradients _gradients;
    private readonly Products _products;
    private readonly string _name, _recurrent;
    private readonly int _hidden;
    private readonly bool _projects;

    // (rows, ...): standardised and normed input, gates, cells, hidden states, those one step earlier, those after dropout.
    private readonly Matrix _standard1, _norm1, _gates, _cell, _squashed, _state, _before, _dropped, _cellsBefore;

    // (rows or targets, ...): standardised and normed input, inner sums and activations, output.
    private readonly Matrix _standard2, _norm2, _inner, _active, _output;
    private readonly Matrix _dHidden, _dCarried, _dCell, _dNorm;
    private float[] _scale1 = [], _scale2 = [];

    public BlockPass(SharedWeights weights, LaneGradients gradients, Products products, int block, int embedding, int hidden, int inner)
    {
        (_products, _recurrent) = (products, $"blocks.{block}.lstm.weight_hh");
        (_weights, _gradients, _name, _hidden, _projects) = (weights, gradients, $"blocks.{block}.", hidden, hidden != embedding);
        (_standard1, _norm1, _standard2, _norm2, _output, _dNorm) = (new(embedding), new(embedding), new(embedding), new(embedding), new(embedding), new(embedding));
        (_cell, _squashed, _state, _before, _dropped, _cellsBefore) = (new(hidden), new(hidden), new(hidden), new(hidden), new(hidden), new(hidden));
        (_gates, _inner, _active) = (new(4 * hidden), new(inner), new(inner));
        (_dHidden, _dCarried, _dCell) = (new(hidden), new(hidden), new(hidden));
    }

    private IEnumerable<Matrix> Matrices =>
    [
        _standard1, _norm1, _gates, _cell, _squashed, _state, _before, _dropped, _cellsBefore, _standard2, _norm2, _inner, _active, _output, _dHidden, _dCarried, _dCell, _dNorm,
    ];

    /// <summary>Adds the recurrent branch.</summary>
    /// <param name="batch">The layout.</param>
    /// <param name="x">(rows, E), added to.</param>
    /// <param name="mask">(windows, H) of dropout; empty: none.</param>
    public void Recur(PackedBatch batch, Matrix x, ReadOnlySpan<float> mask)
    {
        var rows = batch.Rows;
        foreach (var matrix in new[] { _standard1, _norm1, _gates, _cell, _squashed, _state, _before, _dropped, _cellsBefore })
            matrix.Resize(rows);
        Fit(ref _scale1, rows);
        NormKernel.Forward(x.Span, Vector("norm1.weight"), Vector("norm1.bias"), _standard1.Span, _norm1.Span, _scale1.AsSpan(0, rows));
        Multiply(_gates, _norm1, "lstm.weight_ih", "lstm.bias");
        for (var k = 0; k < batch.Length; k++)
        {
            int first = batch.Starts[k], count = batch.Starts[k + 1] - first;
            if (k > 0)
            {
                _state.Slice(batch.Starts[k - 1], count).CopyTo(_before.Slice(first, count));
                _cell.Slice(batch.Starts[k - 1], count).CopyTo(_cellsBefore.Slice(first, count));
                _products.AddStep(_gates, _before, first, count, _recurrent);
            }
            LstmKernel.Forward(
                _gates.Slice(first, count), k == 0 ? default : _cellsBefore.Slice(first, count), _cell.Slice(first, count), _squashed.Slice(first, count), _state.Slice(first, count), _hidden);
        }
        RowKernel.Mask(_state.Span, mask, batch.WindowOf, _dropped.Span, _hidden);
        if (!_projects)
        {
            Elementwise.Add(x.Span, _dropped.Span);
            return;
        }
        _output.Resize(rows);
        Multiply(_output, _dropped, "projection.weight", "projection.bias");
        Elementwise.Add(x.Span, _output.Span);
    }

    /// <summary>Adds the feed-forward branch.</summary>
    /// <param name="x">(rows, E), added to.</param>
    /// <param name="mask">(windows, E) of dropout; empty: none.</param>
    /// <param name="windows">The window of each row.</param>
    public void FeedForward(Matrix x, ReadOnlySpan<float> mask, ReadOnlySpan<int> windows)
    {
        foreach (var matrix in new[] { _standard2, _norm2, _inner, _active, _output })
            matrix.Resize(x.Rows);
        Fit(ref _scale2, x.Rows);
        NormKernel.Forward(x.Span, Vector("norm2.weight"), Vector("norm2.bias"), _standard2.Span, _norm2.Span, _scale2.AsSpan(0, x.Rows));
        Multiply(_inner, _norm2, "up.weight", "up.bias");
        GeluKernel.Forward(_inner.Span, _active.Span);
        Multiply(_output, _active, "down.weight", "down.bias");
        RowKernel.Mask(_output.Span, mask, windows, _output.Span, x.Columns);
        Elementwise.Add(x.Span, _output.Span);
    }

    /// <summary>The feed-forward branch backwards: adds what its weights and its input get.</summary>
    /// <param name="dx">(rows, E): the gradient of x after the branch in, before it out.</param>
    /// <param name="mask">As forwards.</param>
    /// <param name="windows">As forwards.</param>
    public void FeedForwardBack(Matrix dx, ReadOnlySpan<float> mask, ReadOnlySpan<int> windows)
    {
        RowKernel.Mask(dx.Span, mask, windows, _output.Span, dx.Columns);
        Back("down", _output, _active, _active);
        GeluKernel.Backward(_inner.Span, _active.Span);
        _dNorm.Resize(dx.Rows);
        Back("up", _active, _norm2, _dNorm);
        NormBack("norm2", _standard2, _scale2, dx);
    }

    /// <summary>The recurrent branch backwards.</summary>
    /// <param name="batch">The layout.</param>
    /// <param name="dx">(rows, E): the gradient of x after the branch in, before it out.</param>
    /// <param name="mask">As forwards.</param>
    public void RecurBack(PackedBatch batch, Matrix dx, ReadOnlySpan<float> mask)
    {
        _dHidden.Resize(batch.Rows);
        if (_projects)
        {
            Back("projection", dx, _dropped, _dHidden);
            RowKernel.Mask(_dHidden.Span, mask, batch.WindowOf, _dHidden.Span, _hidden);
        }
        else
        {
            RowKernel.Mask(dx.Span, mask, batch.WindowOf, _dHidden.Span, _hidden);
        }

        // Rows of windows that end earlier get nothing from later.
        _dCarried.Resize(batch.Windows);
        _dCell.Resize(batch.Windows);
        _dCell.Span.Clear();
        for (var k = batch.Length - 1; k >= 0; k--)
        {
            int first = batch.Starts[k], count = batch.Starts[k + 1] - first;
            if (k < batch.Length - 1)
            {
                var going = batch.Starts[k + 2] - batch.Starts[k + 1];
                _products.StepBack(_dCarried, _gates, batch.Starts[k + 1], going, _recurrent);
                Elementwise.Add(_dHidden.Slice(first, going), _dCarried.Slice(0, going));
            }
            LstmKernel.Backward(
                _gates.Slice(first, count), k == 0 ? default : _cellsBefore.Slice(first, count), _squashed.Slice(first, count), _dHidden.Slice(first, count), _dCell.Slice(0, count), _hidden);
        }

        RowKernel.AddRows(_gates.Span, _gradients[_name + "lstm.bias"]);
        _products.AddGradient(_gates, _before, batch.Starts[Math.Min(1, batch.Length)], _recurrent);
        _dNorm.Resize(batch.Rows);
        _products.Back(_gates, _norm1, _name + "lstm.weight_ih", _dNorm);
        NormBack("norm1", _standard1, _scale1, dx);
    }

    public void Dispose()
    {
        foreach (var matrix in Matrices)
            matrix.Dispose();
    }

    private static void Fit(ref float[] scale, int rows)
    {
        if (scale.Length < rows)
            scale = new float[rows + (rows / 4)];
    }

    private ReadOnlySpan<float> Vector(string name) => _weights.Vector(_name + name);

    /// <summary>to = from weight' + bias.</summary>
    private void Multiply(Matrix to, Matrix from, string weight, string bias)
    {
        RowKernel.Fill(to.Span, Vector(bias));
        _products.Add(to, from, _name + weight);
    }

    /// <summary>What a layer's weight, bias and inputs get.</summary>
    private void Back(string layer, Matrix dOutputs, Matrix inputs, Matrix dInputs)
    {
        RowKernel.AddRows(dOutputs.Span, _gradients[_name + layer + ".bias"]);
        _products.Back(dOutputs, inputs, _name + layer + ".weight", dInputs);
    }

    private void NormBack(string norm, Matrix standard, float[] scale, Matrix dx) => NormKernel.Backward(
        _dNorm.Span, standard.Span, scale.AsSpan(0, dx.Rows), Vector(norm + ".weight"), dx.Span, _gradients[_name + norm + ".weight"], _gradients[_name + norm + ".bias"]);
}
