using Recsys.Inference.Kernels;
using Recsys.Inference.Matrices;
using static TorchSharp.torch;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// Cross-entropy of a softmax over the target and a sample of the other items, which some targets share. Each of the others' logits is lowered by the logarithm of the chance that its
/// item is in the sample, so that the sum of the exponentials is on average that over all items, and the gradient nearly so (Bengio and Senecal 2008; Jean et al. 2015, equation 8). The
/// target's isn't: it always takes part, and lowering it would weaken what rare targets teach (Khrylchenko et al. 2025).
/// </summary>
/// <param name="weights">The weights.</param>
/// <param name="gradients">Get added to.</param>
/// <param name="sampler">Draws the sample.</param>
/// <param name="draws">Items drawn, with repetition.</param>
/// <param name="embeddingSize">E.</param>
internal sealed class SampledSoftmax(SharedWeights weights, LaneGradients gradients, ItemSampler sampler, int draws, int embeddingSize) : IItemSoftmax
{
    /// <summary>Targets that share a sample.</summary>
    private const int ChunkLength = 512;

    private readonly int[] _placeOf = NoPlaces(gradients["item_bias"].Length);
    // A row's last float is for its own target.
    private readonly ItemLogits _logits = new(weights.BFloat16, more: 1);
    private readonly Matrix _rows = new(embeddingSize);
    private readonly HalfMatrix _rounded = new();
    private readonly float[] _own = new float[ChunkLength];
    private readonly Matrix _dRows = new(embeddingSize);
    private int[] _sample = [];
    private float[] _bias = [], _dBias = [];
    private int[] _hidden = [];

    /// <inheritdoc/>
    public double Learn(Matrix outputs, int[] targets, int divisor, Func<int, int[]>? leftOut, Matrix dOutputs, Random random)
    {
        double loss = 0;
        for (var first = 0; first < targets.Length; first += ChunkLength)
        {
            using var scope = NewDisposeScope();
            loss += LearnChunk(outputs, targets, first, Math.Min(ChunkLength, targets.Length - first), 1f / divisor, leftOut, dOutputs, random);
        }
        return loss / divisor;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _logits.Dispose();
        _rounded.Dispose();
        _rows.Dispose();
        _dRows.Dispose();
    }

    private double LearnChunk(Matrix outputs, int[] targets, int first, int count, float factor, Func<int, int[]>? leftOut, Matrix dOutputs, Random random)
    {
        var e = outputs.Columns;
        DrawSample(random);
        var embedding = weights.Vector("item_embedding");
        var bias = weights.Vector("item_bias");
        _rows.Resize(_sample.Length);
        for (var i = 0; i < _sample.Length; i++)
            embedding.Slice(_sample[i] * e, e).CopyTo(_rows.Slice(i, 1));
        if (weights.BFloat16)
            _rounded.Round(_rows.Span, e);
        var sampled = weights.BFloat16 ? _rounded.Tensor() : _rows.Tensor();
        _logits.Take(outputs, first, count, sampled, _sample.Length);
        _logits.Multiply(0, count);

        double loss = 0;
        var itemBias = gradients["item_bias"];
        _dBias.AsSpan().Clear();
        for (var row = 0; row < count; row++)
        {
            var target = targets[first + row];
            var logits = _logits.Row(row);
            logits[^1] = Dot.Of(outputs.Slice(first + row, 1), embedding.Slice(target * e, e));
            _bias[^1] = bias[target];
            loss += SoftmaxKernel.Gradient(logits, _bias, _sample.Length, Hidden(target, leftOut?.Invoke(first + row)), factor, _dBias);
            itemBias[target] += logits[^1];
            _own[row] = logits[^1];
            _logits.Put(row);
        }

        _dRows.Resize(_sample.Length);
        _dRows.Span.Clear();
        _logits.WriteOutputs(dOutputs, 0, count);
        _logits.AddItems(_dRows.Tensor());
        var dEmbedding = gradients["item_embedding"];
        for (var i = 0; i < _sample.Length; i++)
        {
            Elementwise.Add(dEmbedding.Slice(_sample[i] * e, e), _dRows.Slice(i, 1));
            itemBias[_sample[i]] += _dBias[i];
            _placeOf[_sample[i]] = -1;
        }
        for (var row = 0; row < count; row++)
        {
            var target = targets[first + row];
            Axpy.Add(dOutputs.Slice(first + row, 1), embedding.Slice(target * e, e), _own[row]);
            Axpy.Add(dEmbedding.Slice(target * e, e), outputs.Slice(first + row, 1), _own[row]);
        }
        return loss;
    }

    private void DrawSample(Random random)
    {
        var sample = new List<int>(draws);
        for (var i = 0; i < draws; i++)
        {
            var item = sampler.Draw(random);
            if (_placeOf[item] >= 0)
                continue;
            _placeOf[item] = sample.Count;
            sample.Add(item);
        }
        _sample = [.. sample];
        if (_bias.Length != _sample.Length + 1)
            (_bias, _dBias) = (new float[_sample.Length + 1], new float[_sample.Length + 1]);
        var bias = weights.Vector("item_bias");
        for (var i = 0; i < _sample.Length; i++)
            _bias[i] = bias[_sample[i]] - LogExpected(_sample[i]);
    }

    /// <summary>The logarithm of the chance that an item is in the sample.</summary>
    private float LogExpected(int item) => (float)Math.Log(-double.ExpM1(draws * double.LogP1(-sampler.Chance(item))));

    /// <summary>Columns that don't take part: the target's own in the sample, and those of items to leave out.</summary>
    private ReadOnlySpan<int> Hidden(int target, int[]? leftOut)
    {
        if (_hidden.Length <= leftOut?.Length)
            _hidden = new int[2 * leftOut.Length];
        if (_hidden.Length == 0)
            _hidden = new int[1];
        var count = 0;
        if (_placeOf[target] >= 0)
            _hidden[count++] = _placeOf[target];
        foreach (var item in leftOut ?? [])
            if (item != target && _placeOf[item] >= 0)
                _hidden[count++] = _placeOf[item];
        return _hidden.AsSpan(0, count);
    }

    private static int[] NoPlaces(int items)
    {
        var places = new int[items];
        Array.Fill(places, -1);
        return places;
    }
}
