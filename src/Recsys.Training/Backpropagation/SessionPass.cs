using Recsys.Inference.Kernels;
using Recsys.Training.Runtime;
using Recsys.Training.Session;
using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// The session network forwards and backwards over a batch with its gradients written out: only matrix products are libtorch's. Its own autograd would keep a graph of some
/// thousand small tensors a step and add up each weight's gradient once a time step. The tests have the same network in libtorch's terms, and hold this against it.
/// </summary>
internal sealed class SessionPass : IDisposable
{
    private readonly TrainingSettings _settings;
    private readonly SharedWeights _weights;
    private readonly Products _products;
    private readonly BlockPass[] _blocks;
    private readonly FullSoftmax _softmax;
    private readonly IItemSoftmax _loss;
    private readonly Matrix _x, _last, _standard, _outputs, _dx, _dLast;
    private float[] _scale = [];

    /// <param name="settings">Sizes and chances.</param>
    /// <param name="layout">Of the weights.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="sampler">Draws the items that targets compete with, where they aren't all.</param>
    public SessionPass(TrainingSettings settings, WeightLayout layout, SharedWeights weights, ItemSampler? sampler = null)
    {
        var sizes = settings.Network;
        (_settings, _weights) = (settings, weights);
        Gradients = new LaneGradients(layout);
        _products = new Products(weights, Gradients);
        _blocks = [.. Enumerable.Range(0, sizes.Blocks).Select(block => new BlockPass(
            weights, Gradients, _products, block, sizes.EmbeddingSize, sizes.HiddenSize, sizes.EmbeddingSize * sizes.FeedForwardMultiple))];
        var e = sizes.EmbeddingSize;
        _softmax = new FullSoftmax(weights, Gradients, _products);
        _loss = sampler is null || settings.Negatives == 0 ? _softmax : new SampledSoftmax(weights, Gradients, sampler, settings.Negatives, e);
        (_x, _last, _standard, _outputs, _dx, _dLast) = (new(e), new(e), new(e), new(e), new(e), new(e));
    }

    /// <summary>The sums of all gradients since they were last cleared.</summary>
    public LaneGradients Gradients { get; }

    /// <summary>Adds a batch's gradients.</summary>
    /// <param name="batch">Windows and targets.</param>
    /// <param name="divisor">What loss and gradients are divided by: the targets of the whole batch, of which these may be a share.</param>
    /// <param name="leftOut">For each target the items to leave out of its softmax (the target itself always stays), or null to leave none out.</param>
    /// <param name="random">Draws the dropout masks; null: none.</param>
    /// <returns>The summed cross-entropy in nats, divided.</returns>
    public double Learn(PackedBatch batch, int divisor, Func<int, int[]>? leftOut, Random? random)
    {
        LibTorch.UseOneThread();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var masks = DropoutMasks.Draw(_settings, batch, random);
        Forward(batch, masks);
        _dLast.Resize(batch.Targets.Length);
        var loss = _loss.Learn(_outputs, batch.Targets, divisor, leftOut, _dLast, random ?? Random.Shared);
        if (double.IsFinite(loss))
            Backward(batch, masks);
        return loss;
    }

    /// <summary>The logits of all items at the batch's targets, (T, N); valid until the next call.</summary>
    public Matrix Score(PackedBatch batch)
    {
        LibTorch.UseOneThread();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Forward(batch, DropoutMasks.Draw(_settings, batch, random: null));
        return _softmax.Score(_outputs);
    }

    private void Forward(PackedBatch batch, DropoutMasks masks)
    {
        var targets = batch.Targets.Length;
        _x.Resize(batch.Rows);
        Embed(batch, masks);
        for (var i = 0; i < _blocks.Length - 1; i++)
        {
            _blocks[i].Recur(batch, _x, masks.Hidden[i]);
            _blocks[i].FeedForward(_x, masks.FeedForward[i], batch.WindowOf);
        }

        // After the last recurrence the rest is wanted at targets only.
        _blocks[^1].Recur(batch, _x, masks.Hidden[^1]);
        _last.Resize(targets);
        var gaps = _settings.Network.TimeGaps ? _weights.Vector("request_gap_embedding") : default;
        for (var t = 0; t < targets; t++)
        {
            var to = _last.Slice(t, 1);
            _x.Slice(batch.Positions[t], 1).CopyTo(to);
            if (!gaps.IsEmpty)
                Elementwise.Add(to, gaps.Slice(masks.RequestGaps[t] * to.Length, to.Length));
        }
        _blocks[^1].FeedForward(_last, masks.FeedForward[^1], batch.TargetWindows);

        _standard.Resize(targets);
        _outputs.Resize(targets);
        if (_scale.Length < targets)
            _scale = new float[targets + (targets / 4)];
        NormKernel.Forward(_last.Span, _weights.Vector("norm.weight"), _weights.Vector("norm.bias"), _standard.Span, _outputs.Span, _scale.AsSpan(0, targets));
    }

    public void Dispose()
    {
        foreach (var matrix in new[] { _x, _last, _standard, _outputs, _dx, _dLast })
            matrix.Dispose();
        foreach (var block in _blocks)
            block.Dispose();
        _softmax.Dispose();
        _loss.Dispose();
        _products.Dispose();
        Gradients.Dispose();
    }

    private void Backward(PackedBatch batch, DropoutMasks masks)
    {
        // _dLast has the gradient of the outputs; it becomes that of the residual stream, in place of which _last is no longer wanted.
        var targets = batch.Targets.Length;
        _last.Span.Clear();
        NormKernel.Backward(
            _dLast.Span, _standard.Span, _scale.AsSpan(0, targets), _weights.Vector("norm.weight"), _last.Span, Gradients["norm.weight"], Gradients["norm.bias"]);
        _blocks[^1].FeedForwardBack(_last, masks.FeedForward[^1], batch.TargetWindows);
        _dx.Resize(batch.Rows);
        _dx.Span.Clear();
        var gaps = _settings.Network.TimeGaps ? Gradients["request_gap_embedding"] : default;
        for (var t = 0; t < targets; t++)
        {
            var from = _last.Slice(t, 1);
            from.CopyTo(_dx.Slice(batch.Positions[t], 1));
            if (!gaps.IsEmpty)
                Elementwise.Add(gaps.Slice(masks.RequestGaps[t] * from.Length, from.Length), from);
        }
        _blocks[^1].RecurBack(batch, _dx, masks.Hidden[^1]);
        for (var i = _blocks.Length - 2; i >= 0; i--)
        {
            _blocks[i].FeedForwardBack(_dx, masks.FeedForward[i], batch.WindowOf);
            _blocks[i].RecurBack(batch, _dx, masks.Hidden[i]);
        }
        EmbedBack(batch, masks);
    }

    private void Embed(PackedBatch batch, DropoutMasks masks)
    {
        var e = _x.Columns;
        var items = _weights.Vector("item_embedding");
        var kinds = _weights.Vector("kind_embedding");
        var strengths = _weights.Vector("strength_embedding");
        var gaps = _settings.Network.TimeGaps ? _weights.Vector("gap_embedding") : default;
        var x = _x.Span;
        for (var row = 0; row < batch.Rows; row++)
        {
            var to = x.Slice(row * e, e);
            if (masks.HiddenItems?[row] == true) to.Clear();
            else items.Slice(batch.Items[row] * e, e).CopyTo(to);
            Elementwise.Add(to, kinds.Slice(batch.Kinds[row] * e, e));
            Elementwise.Add(to, strengths.Slice(batch.Buckets[row] * e, e));
            if (!gaps.IsEmpty)
                Elementwise.Add(to, gaps.Slice(batch.Gaps[row] * e, e));
        }
        RowKernel.Mask(x, masks.Inputs, batch.WindowOf, x, e);
    }

    private void EmbedBack(PackedBatch batch, DropoutMasks masks)
    {
        var e = _x.Columns;
        var dx = _dx.Span;
        RowKernel.Mask(dx, masks.Inputs, batch.WindowOf, dx, e);
        var items = Gradients["item_embedding"];
        var kinds = Gradients["kind_embedding"];
        var strengths = Gradients["strength_embedding"];
        var gaps = _settings.Network.TimeGaps ? Gradients["gap_embedding"] : default;
        for (var row = 0; row < batch.Rows; row++)
        {
            var from = dx.Slice(row * e, e);
            if (masks.HiddenItems?[row] != true)
                Elementwise.Add(items.Slice(batch.Items[row] * e, e), from);
            Elementwise.Add(kinds.Slice(batch.Kinds[row] * e, e), from);
            if (_settings.Strengths)
                Elementwise.Add(strengths.Slice(batch.Buckets[row] * e, e), from);
            if (!gaps.IsEmpty)
                Elementwise.Add(gaps.Slice(batch.Gaps[row] * e, e), from);
        }
    }
}
