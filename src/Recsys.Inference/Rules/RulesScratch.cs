using System.Numerics;
using Recsys.Inference.Index;

namespace Recsys.Inference.Rules;

/// <summary>Working memory of sparse scores: 12 bytes an item and a bit. Not thread-safe: one a thread, to be used again and again.</summary>
public sealed class RulesScratch
{
    private readonly float[] _sums;
    private readonly ulong[] _touched;
    private readonly ScoredItem[] _items;

    /// <param name="itemCount">Dense ids are below this.</param>
    public RulesScratch(int itemCount)
    {
        _sums = new float[itemCount];
        _touched = new ulong[ItemMask.WordCount(itemCount)];
        _items = new ScoredItem[itemCount];
    }

    /// <summary>Items that there is room for.</summary>
    public int ItemCount => _sums.Length;

    internal void Add(ReadOnlySpan<int> targets, ReadOnlySpan<float> weights, float factor)
    {
        weights = weights[..targets.Length];
        for (var i = 0; i < targets.Length; i++) Add(targets[i], factor * weights[i]);
    }

    internal void Add(int item, float value)
    {
        _sums[item] += value;
        ItemMask.Set(_touched, item);
    }

    /// <summary>What was added, by ascending item; the sums begin anew.</summary>
    internal ReadOnlySpan<ScoredItem> Take()
    {
        var count = 0;
        for (var word = 0; word < _touched.Length; word++)
        {
            for (var bits = _touched[word]; bits != 0; bits &= bits - 1)
            {
                var item = (word << 6) + BitOperations.TrailingZeroCount(bits);
                _items[count++] = new(item, _sums[item]);
                _sums[item] = 0;
            }

            _touched[word] = 0;
        }

        return _items.AsSpan(0, count);
    }
}
