using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// Cross-entropy of a softmax over all items with its gradient written out, some targets at a time, so that the full logits never exist: p = softmax(h W' + b); the gradient of the
/// logits is p - 1 at the target; then dh = p W, dW += p' h, db += column sums of p.
/// </summary>
internal sealed class FullSoftmax(SharedWeights weights, LaneGradients gradients) : IItemSoftmax
{
    /// <summary>Targets at a time: big enough for the matrix products, small enough for the caches.</summary>
    private const int ChunkLength = 512;

    private readonly Matrix _logits = new(gradients["item_bias"].Length);

    /// <inheritdoc/>
    public double Learn(Matrix outputs, int[] targets, int divisor, Func<int, int[]>? leftOut, Matrix dOutputs, Random random)
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

    /// <inheritdoc/>
    public void Dispose() => _logits.Dispose();
}
