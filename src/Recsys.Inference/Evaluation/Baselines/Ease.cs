using Recsys.Inference.Kernels;
using Recsys.Inference.Matrices;
using Recsys.Inference.Rules;

namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>
/// EASE (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019, eq. 8): B_ij = -P_ij / P_jj with P = (X'X + lambda I)^-1 and X the items
/// of each sequence, without order; a history's score is the sum of its items' rows, negative weights included. Memory: 4 N^2 bytes, so at most
/// <see cref="MostItems"/> items.
/// </summary>
public sealed class Ease : IBaseline
{
    /// <summary>The most items that a matrix may have: 1.6 GB.</summary>
    public const int MostItems = 20_000;

    private readonly float[] _weights;
    private readonly int _items;

    private Ease(float[] weights, int items) => (_weights, _items) = (weights, items);

    /// <inheritdoc/>
    public string Name => "EASE";

    /// <summary>Solves for the weights: N^3 / 2 multiplications.</summary>
    /// <param name="sequences">Each user's dense ids; repeats count once, users of one item only for the ridge's proportion.</param>
    /// <param name="itemCount">Dense ids are below this; at most <see cref="MostItems"/>.</param>
    /// <param name="ridge">lambda, above 0.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static Ease Fit(IReadOnlyList<int[]> sequences, int itemCount, float ridge = 500, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(itemCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(itemCount, MostItems);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ridge);
        var pairs = new SequencePairs(sequences, null, itemCount, new() { MaxHistory = int.MaxValue, PastDecay = 0 });
        var weights = new float[itemCount * itemCount];
        Parallel.For(0, itemCount, () => new double[itemCount], (i, _, whole) =>
        {
            Array.Clear(whole);
            pairs.AddWhole(i, whole, []);
            for (var j = 0; j < itemCount; j++) weights[(i * itemCount) + j] = (float)whole[j];
            weights[(i * itemCount) + i] += ridge;
            return whole;
        }, _ => { });
        SymmetricInverse.Invert(weights, itemCount, cancel);
        var diagonal = new float[itemCount];
        for (var j = 0; j < itemCount; j++) diagonal[j] = weights[(j * itemCount) + j];
        Parallel.For(0, itemCount, i =>
        {
            var row = weights.AsSpan(i * itemCount, itemCount);
            for (var j = 0; j < itemCount; j++) row[j] = i == j ? 0 : -row[j] / diagonal[j];
        });
        return new(weights, itemCount);
    }

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> history, Span<float> scores)
    {
        scores.Clear();
        for (var at = 0; at < history.Length; at++)
        {
            if (history[..at].Contains(history[at])) continue;
            Elementwise.Add(scores, _weights.AsSpan(history[at] * _items, _items));
        }
    }
}
