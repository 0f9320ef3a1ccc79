using Recsys.Inference.Kernels;
using Recsys.Inference.Networks;

namespace Recsys.Inference.Index;

/// <summary>
/// Exact search over item vectors: every item is scored, in float32, in blocks that stay in the first-level cache. Immutable, thread-safe; no
/// query allocates. Scores are the same bits whichever method computes them.
/// </summary>
public sealed class ExactIndex
{
    private const int BlockFloats = 8192;
    private const int MaxBlockItems = 512;

    private readonly ItemVectors _items;
    private readonly float[] _bias;
    private readonly float[] _inverseNorms;
    private readonly int _blockItems;

    /// <summary>An index over a network's items.</summary>
    public ExactIndex(SessionNetwork network)
        : this(network.Items, network.ItemBias)
    {
    }

    /// <param name="items">The vectors, (N, E).</param>
    /// <param name="bias">Added to each score, (N); empty for none.</param>
    public ExactIndex(ItemVectors items, ReadOnlySpan<float> bias)
    {
        if (!bias.IsEmpty) ArgumentOutOfRangeException.ThrowIfNotEqual(bias.Length, items.Count);
        _items = items;
        _bias = bias.ToArray();
        _inverseNorms = new float[items.Count];
        _blockItems = Math.Clamp(BlockFloats / items.Length, 4, MaxBlockItems);
        for (var i = 0; i < items.Count; i++)
        {
            var row = items.Row(i);
            var norm = MathF.Sqrt(Dot.Of(row, row));
            _inverseNorms[i] = norm > 0 ? 1 / norm : 0;
        }
    }

    /// <summary>Items, N.</summary>
    public int Count => _items.Count;

    /// <summary>scores[j] = query . item j + bias j for every item.</summary>
    /// <param name="query">(E).</param>
    /// <param name="scores">(N).</param>
    public void ScoreAll(ReadOnlySpan<float> query, Span<float> scores) => ScoreAll(query, 1, scores);

    /// <summary>As for one query, for several at once: each block of items is read from memory once for all of them.</summary>
    /// <param name="queries">(count, E).</param>
    /// <param name="count">How many.</param>
    /// <param name="scores">(count, N).</param>
    public void ScoreAll(ReadOnlySpan<float> queries, int count, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(queries.Length, count * _items.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, count * Count);
        for (var first = 0; first < Count; first += _blockItems)
        {
            var size = Math.Min(_blockItems, Count - first);
            for (var q = 0; q < count; q++)
            {
                ScoreBlock(queries.Slice(q * _items.Length, _items.Length), first, scores.Slice((q * Count) + first, size));
            }
        }
    }

    /// <summary>scores[i] = query . item items[i] + its bias, for chosen items.</summary>
    public void Score(ReadOnlySpan<float> query, ReadOnlySpan<int> items, Span<float> scores)
    {
        for (var i = 0; i < items.Length; i++)
        {
            scores[i] = Dot.Of(_items.Row(items[i]), query);
            if (_bias.Length > 0) scores[i] += _bias[items[i]];
        }

        GC.KeepAlive(_items);
    }

    /// <summary>The items with the highest scores, best first; of equal scores the lower dense id first.</summary>
    /// <param name="query">(E).</param>
    /// <param name="allowed">Which items may appear, one bit a dense id (<see cref="ItemMask"/>); empty to allow all.</param>
    /// <param name="best">Receives them; its length is how many are wanted.</param>
    /// <returns>How many there are: fewer than wanted only where fewer are allowed.</returns>
    public int Top(ReadOnlySpan<float> query, ReadOnlySpan<ulong> allowed, Span<ScoredItem> best)
    {
        ItemMask.Check(allowed, Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Length, _items.Length);
        Span<float> scores = stackalloc float[MaxBlockItems];
        var top = new TopItems(best);
        for (var first = 0; first < Count; first += _blockItems)
        {
            var block = scores[..Math.Min(_blockItems, Count - first)];
            ScoreBlock(query, first, block);
            top.OfferAll(first, block, allowed);
        }

        return top.Finish();
    }

    /// <summary>The items whose vectors have the smallest angle to an item's, nearest first, without the item itself; the score is the cosine.</summary>
    /// <param name="item">Dense id.</param>
    /// <param name="allowed">Which items may appear, one bit a dense id (<see cref="ItemMask"/>); empty to allow all.</param>
    /// <param name="best">Receives them; its length is how many are wanted.</param>
    /// <returns>How many there are: fewer than wanted only where fewer are allowed.</returns>
    public int Similar(int item, ReadOnlySpan<ulong> allowed, Span<ScoredItem> best)
    {
        ItemMask.Check(allowed, Count);
        Span<float> scores = stackalloc float[MaxBlockItems];
        var top = new TopItems(best);
        var query = _items.Row(item);
        for (var first = 0; first < Count; first += _blockItems)
        {
            var block = scores[..Math.Min(_blockItems, Count - first)];
            Dot.Rows(_items.Rows(first, block.Length), query, block);
            for (var i = 0; i < block.Length; i++)
            {
                block[i] = first + i == item ? float.NaN : Math.Clamp(block[i] * _inverseNorms[item] * _inverseNorms[first + i], -1f, 1f);
            }

            top.OfferAll(first, block, allowed);
        }

        GC.KeepAlive(_items);
        return top.Finish();
    }

    private void ScoreBlock(ReadOnlySpan<float> query, int first, Span<float> scores)
    {
        Dot.Rows(_items.Rows(first, scores.Length), query, scores);
        if (_bias.Length > 0) Elementwise.Add(scores, _bias.AsSpan(first));
        GC.KeepAlive(_items);
    }
}
