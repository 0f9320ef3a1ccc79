using System.Numerics;
using System.Runtime.InteropServices;
using Recsys.Inference.Index;

namespace Recsys.Inference.Rules;

/// <summary>One thread's working memory for counted rules: 24 bytes an item and a bit, of which only what a source touches is walked.</summary>
internal sealed class CountedRow(int itemCount)
{
    private readonly double[] _forward = new double[itemCount];
    private readonly double[] _backward = new double[itemCount];
    private readonly double[] _whole = new double[itemCount];
    private readonly ulong[] _touched = new ulong[ItemMask.WordCount(itemCount)];
    private readonly List<ScoredItem> _row = [];

    internal void Fill(SequencePairs pairs, int source, RulesOptions options, float[] scale, RuleRows rows)
    {
        if (options.Consistency < 1) pairs.AddOrdered(source, [], _forward, _touched);
        if (options.Consistency < 1 && options.BackwardShare > 0) pairs.AddBackward(source, _backward, _touched);
        if (options.Consistency > 0) pairs.AddWhole(source, _whole, _touched);
        var share = 1 / (pairs.Count(source) + Math.Max(options.Shrinkage, 1e-9));
        _row.Clear();
        for (var word = 0; word < _touched.Length; word++)
        {
            for (var bits = _touched[word]; bits != 0; bits &= bits - 1)
            {
                var j = (word << 6) + BitOperations.TrailingZeroCount(bits);
                var ordered = _forward[j] + (options.BackwardShare * _backward[j]);
                var value = (float)(share * ((options.Consistency * _whole[j]) + ((1 - options.Consistency) * ordered))) * scale[j];
                _row.Add(new(j, j == source ? Math.Min(value, options.SelfWeight) : value));
                _forward[j] = _backward[j] = _whole[j] = 0;
            }

            _touched[word] = 0;
        }

        rows.Set(source, CollectionsMarshal.AsSpan(_row));
    }
}
