namespace Recsys.Training.Backpropagation;

/// <summary>
/// Cross-entropy of a softmax over all items with its gradient written out, some targets at a time, so that the full logits never exist: p = softmax(h W' + b); the gradient of the
/// logits is p - 1 at the target; then dh = p W, dW += p' h, db += column sums of p.
/// </summary>
internal sealed class FullSoftmax(SharedWeights weights, LaneGradients gradients, Products products) : IItemSoftmax
{
    /// <summary>Targets at a time: big enough for the matrix products, small enough for the caches.</summary>
    private const int ChunkLength = 512;

    /// <summary>
    /// In bfloat16, half as wide and multiplied much faster, what counts is that the logits stay in the second cache, as long as so few can hold them. More items' gradients take longer to
    /// add up than logits to fetch: large chunks again.
    /// </summary>
    private const int SmallChunkLength = 128, FewItems = 8_192;

    private readonly ItemLogits _logits = new(weights.BFloat16, more: 0);
    private readonly Matrix _scores = new(gradients["item_bias"].Length);

    /// <inheritdoc/>
    public double Learn(Matrix outputs, int[] targets, int divisor, Func<int, int[]>? leftOut, Matrix dOutputs, Random random)
    {
        var embedding = weights.Matrix("item_embedding");
        var bias = weights.Vector("item_bias");
        var length = weights.BFloat16 && bias.Length <= FewItems ? SmallChunkLength : ChunkLength;
        double loss = 0;
        for (var first = 0; first < targets.Length; first += length)
        {
            var count = Math.Min(length, targets.Length - first);
            _logits.Multiply(outputs, first, count, embedding, bias.Length);
            for (var row = 0; row < count; row++)
            {
                var logits = _logits.Row(row);
                loss += SoftmaxKernel.Gradient(logits, bias, targets[first + row], leftOut is null ? [] : leftOut(first + row), 1f / divisor, gradients["item_bias"]);
                _logits.Put(row);
            }
            _logits.Back(dOutputs, outputs, first, embedding, gradients.Matrix("item_embedding"));
        }
        return loss / divisor;
    }

    /// <summary>All items' logits for some outputs, (T, N); valid until the next call.</summary>
    public Matrix Score(Matrix outputs)
    {
        _scores.Resize(outputs.Rows);
        RowKernel.Fill(_scores.Span, weights.Vector("item_bias"));
        products.Add(_scores, outputs, "item_embedding");
        return _scores;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _logits.Dispose();
        _scores.Dispose();
    }
}
