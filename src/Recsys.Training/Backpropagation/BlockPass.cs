using Recsys.Inference.Kernels;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// One residual block forwards, x += projection(LSTM(norm1(x))), x += down(GELU(up(norm2(x)))), and backwards with the gradients written out. Backpropagation through
/// time (Werbos 1990): only the products with the recurrent weights go step by step. Everything else is done to some rows at a time from norm to sum, so that what is between stays in the
/// cache: in memory it would be read and written a dozen times.
/// </summary>
internal sealed class BlockPass : IDisposable
{
    private readonly SharedWeights _weights;
    private readonly LaneGradients _gradients;
    private readonly Products _products;
    private readonly string _name, _recurrent;
    private readonly int _hidden;
    private readonly bool _projects;

    // (rows, ...): standardised input, gates, cells, hidden states, those one step earlier.
    private readonly Matrix _standard1, _gates, _cell, _squashed, _state, _before, _dHidden;

    // (rows or targets, ...): standardised input, inner sums.
    private readonly Matrix _standard2, _inner;

    // (windows, H): gradients that go from step to step.
    private readonly Matrix _dCarried, _dCell;

    // Some rows, (at most Products.RowsAtATime, ...): normed input, hidden states after dropout, activations, output, gradient of the normed input.
    private readonly Matrix _norm, _dropped, _active, _output, _dNorm;
    private float[] _scale1 = [], _scale2 = [];

    public BlockPass(SharedWeights weights, LaneGradients gradients, Products products, int block, int embedding, int hidden, int inner)
    {
        (_products, _recurrent) = (products, $"blocks.{block}.lstm.weight_hh");
        (_weights, _gradients, _name, _hidden, _projects) = (weights, gradients, $"blocks.{block}.", hidden, hidden != embedding);
        (_standard1, _standard2, _norm, _output, _dNorm) = (new(embedding), new(embedding), new(embedding), new(embedding), new(embedding));
        (_cell, _squashed, _state, _before, _dropped) = (new(hidden), new(hidden), new(hidden), new(hidden), new(hidden));
        (_gates, _inner, _active) = (new(4 * hidden), new(inner), new(inner));
        (_dHidden, _dCarried, _dCell) = (new(hidden), new(hidden), new(hidden));
        foreach (var matrix in new[] { _norm, _dropped, _active, _output, _dNorm })
            matrix.Resize(Products.RowsAtATime);
    }

    private IEnumerable<Matrix> Matrices =>
        [_standard1, _gates, _cell, _squashed, _state, _before, _dHidden, _standard2, _inner, _dCarried, _dCell, _norm, _dropped, _active, _output, _dNorm];

    /// <summary>Adds the recurrent branch.</summary>
    /// <param name="batch">The layout.</param>
    /// <param name="x">(rows, E), added to.</param>
    /// <param name="mask">(windows, H) of dropout; empty: none.</param>
    public void Recur(PackedBatch batch, Matrix x, ReadOnlySpan<float> mask)
    {
        var rows = batch.Rows;
        foreach (var matrix in new[] { _standard1, _gates, _cell, _squashed, _state, _before })
            matrix.Resize(rows);
        Fit(ref _scale1, rows);
        foreach (var (first, count) in Products.Parts(rows))
        {
            NormKernel.Forward(x.Slice(first, count), Vector("norm1.weight"), Vector("norm1.bias"), _standard1.Slice(first, count), _norm.Slice(0, count), _scale1.AsSpan(first, count));
            _products.Multiply(_gates, first, _norm, 0, count, _name + "lstm.weight_ih", _name + "lstm.bias");
        }
        for (var k = 0; k < batch.Length; k++)
        {
            int first = batch.Starts[k], count = batch.Starts[k + 1] - first;
            if (k == 0)
            {
                _before.Slice(first, count).Clear();
            }
            else
            {
                _state.Slice(batch.Starts[k - 1], count).CopyTo(_before.Slice(first, count));
                _products.AddStep(_gates, _before, first, count, _recurrent);
            }
            LstmKernel.Forward(_gates.Slice(first, count), CellsBefore(batch, k), _cell.Slice(first, count), _squashed.Slice(first, count), _state.Slice(first, count), _hidden);
        }
        foreach (var (first, count) in Products.Parts(rows))
        {
            var dropped = Dropped(batch, mask, first, count);
            if (_projects)
                _products.Multiply(_output, 0, _dropped, 0, count, _name + "projection.weight", _name + "projection.bias");
            Elementwise.Add(x.Slice(first, count), _projects ? _output.Slice(0, count) : dropped);
        }
    }

    /// <summary>Adds the feed-forward branch.</summary>
    /// <param name="x">(rows, E), added to.</param>
    /// <param name="mask">(windows, E) of dropout; empty: none.</param>
    /// <param name="windows">The window of each row.</param>
    public void FeedForward(Matrix x, ReadOnlySpan<float> mask, ReadOnlySpan<int> windows)
    {
        _standard2.Resize(x.Rows);
        _inner.Resize(x.Rows);
        Fit(ref _scale2, x.Rows);
        foreach (var (first, count) in Products.Parts(x.Rows))
        {
            var rows = x.Slice(first, count);
            var output = _output.Slice(0, count);
            NormKernel.Forward(rows, Vector("norm2.weight"), Vector("norm2.bias"), _standard2.Slice(first, count), _norm.Slice(0, count), _scale2.AsSpan(first, count));
            _products.Multiply(_inner, first, _norm, 0, count, _name + "up.weight", _name + "up.bias");
            GeluKernel.Forward(_inner.Slice(first, count), _active.Slice(0, count));
            _products.Multiply(_output, 0, _active, 0, count, _name + "down.weight", _name + "down.bias");
            RowKernel.Mask(output, mask, windows.Slice(first, count), output, x.Columns);
            Elementwise.Add(rows, output);
        }
    }

    /// <summary>The feed-forward branch backwards, once: adds what its weights and its input get.</summary>
    /// <param name="dx">(rows, E): the gradient of x after the branch in, before it out.</param>
    /// <param name="mask">As forwards.</param>
    /// <param name="windows">As forwards.</param>
    public void FeedForwardBack(Matrix dx, ReadOnlySpan<float> mask, ReadOnlySpan<int> windows)
    {
        foreach (var (first, count) in Products.Parts(dx.Rows))
        {
            // What takes less time to calculate again than to fetch isn't kept from forwards.
            RowKernel.Mask(dx.Slice(first, count), mask, windows.Slice(first, count), _output.Slice(0, count), dx.Columns);
            GeluKernel.Slopes(_inner.Slice(first, count), _active.Slice(0, count));
            Back("down", _output, 0, count, _active);
            _products.WriteInputs(_active, 0, _name + "down.weight");
            Elementwise.Multiply(_active.Slice(0, count), _inner.Slice(first, count));
            NormKernel.Apply(_standard2.Slice(first, count), Vector("norm2.weight"), Vector("norm2.bias"), _norm.Slice(0, count));
            Back("up", _active, 0, count, _norm);
            NormBack("norm2", "up.weight", _standard2, _scale2, dx, first, count);
        }
    }

    /// <summary>The recurrent branch backwards.</summary>
    /// <param name="batch">The layout.</param>
    /// <param name="dx">(rows, E): the gradient of x after the branch in, before it out.</param>
    /// <param name="mask">As forwards.</param>
    public void RecurBack(PackedBatch batch, Matrix dx, ReadOnlySpan<float> mask)
    {
        var rows = batch.Rows;
        _dHidden.Resize(rows);
        foreach (var (first, count) in Products.Parts(rows))
        {
            if (_projects)
            {
                Dropped(batch, mask, first, count);
                Back("projection", dx, first, count, _dropped);
                _products.WriteInputs(_dHidden, first, _name + "projection.weight");
            }
            RowKernel.Mask((_projects ? _dHidden : dx).Slice(first, count), mask, batch.WindowOf.AsSpan(first, count), _dHidden.Slice(first, count), _hidden);
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
            LstmKernel.Backward(_gates.Slice(first, count), CellsBefore(batch, k), _squashed.Slice(first, count), _dHidden.Slice(first, count), _dCell.Slice(0, count), _hidden);
        }

        foreach (var (first, count) in Products.Parts(rows))
        {
            NormKernel.Apply(_standard1.Slice(first, count), Vector("norm1.weight"), Vector("norm1.bias"), _norm.Slice(0, count));
            RowKernel.AddRows(_gates.Slice(first, count), _gradients[_name + "lstm.bias"]);
            _products.Take(_gates, first, count);
            _products.AddGradient(_recurrent, _before, first);
            _products.AddGradient(_name + "lstm.weight_ih", _norm, 0);
            NormBack("norm1", "lstm.weight_ih", _standard1, _scale1, dx, first, count);
        }
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

    /// <summary>The cells of a step's windows one step earlier; empty before the first.</summary>
    private ReadOnlySpan<float> CellsBefore(PackedBatch batch, int step) => step == 0 ? default : _cell.Slice(batch.Starts[step - 1], batch.Starts[step + 1] - batch.Starts[step]);

    /// <summary>Some hidden states after dropout.</summary>
    private ReadOnlySpan<float> Dropped(PackedBatch batch, ReadOnlySpan<float> mask, int first, int count)
    {
        var dropped = _dropped.Slice(0, count);
        RowKernel.Mask(_state.Slice(first, count), mask, batch.WindowOf.AsSpan(first, count), dropped, _hidden);
        return dropped;
    }

    /// <summary>What a layer's weight and bias get from some rows, and takes the gradient of its outputs.</summary>
    private void Back(string layer, Matrix dOutputs, int first, int count, Matrix inputs)
    {
        RowKernel.AddRows(dOutputs.Slice(first, count), _gradients[_name + layer + ".bias"]);
        _products.Take(dOutputs, first, count);
        _products.AddGradient(_name + layer + ".weight", inputs, 0);
    }

    /// <summary>What a norm before a layer gets from some rows, and adds what its input gets.</summary>
    private void NormBack(string norm, string weight, Matrix standard, float[] scale, Matrix dx, int first, int count)
    {
        _products.WriteInputs(_dNorm, 0, _name + weight);
        NormKernel.Backward(
            _dNorm.Slice(0, count), standard.Slice(first, count), scale.AsSpan(first, count), Vector(norm + ".weight"), dx.Slice(first, count),
            _gradients[_name + norm + ".weight"], _gradients[_name + norm + ".bias"]);
    }
}
