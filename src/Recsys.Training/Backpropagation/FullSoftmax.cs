using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// Cross-entropy of a softmax over all items with its gradient written out, some targets at a time, so that the full logits never exist: p = softmax(h W' + b); the gradient of the
/// logits is p - 1 at the target; then dh = p W, dW += p' h, db += column sums of p.
/// </summary>
internal sealed class FullSoftmax(SharedWeights weights, LaneGradients gradients) : IDisposable
{
    /// <summary>Targets at a time: big enough for the matrix products, small enough for the caches.</summary>
    private const int ChunkLength = 512;

    private readonly Matrix _logits = new(gradients["item_bias"].Length);

    /// <summary>Adds the gradients of the item embedding and bias, and writes those of the outputs.</summary>
    /// <param name="outputs">(T, E).</param>
    /// <param name="targets">Dense items, (T).</param>
    /// <param name="divisor">What loss and gradients are divided by.</param>
    /// <param name="leftOut">For each target the items to leave out of its softmax (the target itself always stays), or null to leave none out.</param>
    /// <param name="dOutputs">(T, E), written.</param>
    /// <returns>The summed cross-entropy in nats, divided.</returns>
    public double Learn(Matrix outputs, int[] targets, int divisor, Func<int, int[]>? leftOut, Matrix dOutputs)
    {
        var embedding = weights.Matrix("item_embedding");
        var dEmbedding = gradients.Matrix("item_embedding");
        using var turned = embedding.t();
        var bias = weights.Vector("item_bias");
        double loss = 0;
        for (var first = 0; first < targets.Length; first += ChunkLength)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(ChunkLength, targets.Length - first);
            _logits.Resize(count);
            var chunk = outputs.Tensor(first, count);
            Products.Multiply(_logits.Tensor(), chunk, turned, add: false);
            for (var row = 0; row < count; row++)
            {
                loss += SoftmaxKernel.Gradient(
                    _logits.Slice(row, 1), bias, targets[first + row], leftOut is null ? [] : leftOut(first + row), 1f / divisor, gradients["item_bias"]);
            }
            Products.Multiply(dOutputs.Tensor(first, count), _logits.Tensor(), embedding, add: false);
            Products.AddGradient(dEmbedding, _logits.Tensor(), chunk, weights.BFloat16);
        }
        return loss / divisor;
    }

    /// <summary>All items' logits for some outputs, (T, N); valid until the next call.</summary>
    public Matrix Score(Matrix outputs)
    {
        _logits.Resize(outputs.Rows);
        RowKernel.Fill(_logits.Span, weights.Vector("item_bias"));
        using var turned = weights.Matrix("item_embedding").t();
        Products.Multiply(_logits.Tensor(), outputs.Tensor(), turned, add: true);
        return _logits;
    }

    public void Dispose() => _logits.Dispose();
}
