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
    /// In bfloat16, half as wide and multiplied much faster, what counts is that the logits stay in the second cache, as long as so few can hold them; only the items' gradients are
    /// of a whole chunk, for adding them up takes long.
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
        var itemBias = gradients["item_bias"];
        for (var first = 0; first < targets.Length; first += ChunkLength)
        {
            var taken = Math.Min(ChunkLength, targets.Length - first);
            _logits.Take(outputs, first, taken, embedding, bias.Length);
            for (var from = 0; from < taken; from += length)
            {
                var count = Math.Min(length, taken - from);
                _logits.Multiply(from, count);
                for (var row = from; row < from + count; row++)
                {
                    var target = first + row;
                    loss += SoftmaxKernel.Gradient(_logits.Row(row), bias, targets[target], leftOut is null ? [] : leftOut(target), 1f / divisor, itemBias);
                    _logits.Put(row);
                }
                _logits.WriteOutputs(dOutputs, from, count);
            }
            _logits.AddItems(gradients.Matrix("item_embedding"));
        }
        return loss / divisor;
    }

    /// <summary>All items' logits for some outputs, (T, N); valid until the next call.</summary>
    public Matrix Score(Matrix outputs)
    {
        _scores.Resize(outputs.Rows);
        foreach (var (first, count) in Products.Parts(outputs.Rows))
            products.Multiply(_scores, first, outputs, first, count, "item_embedding", "item_bias");
        return _scores;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _logits.Dispose();
        _scores.Dispose();
    }
}
