using Recsys.Inference.Index;

namespace Recsys.Inference.Evaluation;

/// <summary>Averages ranking figures over held-out targets. Not thread-safe: one a thread, then <see cref="Merge"/>.</summary>
public sealed class RankingAccumulator
{
    private readonly int _itemCount;
    private readonly int[] _cutoffs;
    private readonly double[] _ndcg;
    private readonly double[] _recall;
    private readonly double[] _reciprocal;
    private readonly ulong[][] _shown;
    private readonly ScoredItem[] _list;

    /// <param name="itemCount">Items in the ranking, for the coverage.</param>
    /// <param name="cutoffs">List lengths, each at least 1; 5, 10 and 20 if none are given.</param>
    public RankingAccumulator(int itemCount, params ReadOnlySpan<int> cutoffs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(itemCount, 1);
        _itemCount = itemCount;
        _cutoffs = cutoffs.IsEmpty ? [5, 10, 20] : cutoffs.ToArray();
        foreach (var k in _cutoffs) ArgumentOutOfRangeException.ThrowIfLessThan(k, 1, nameof(cutoffs));
        _ndcg = new double[_cutoffs.Length];
        _recall = new double[_cutoffs.Length];
        _reciprocal = new double[_cutoffs.Length];
        _shown = [.. _cutoffs.Select(_ => new ulong[ItemMask.WordCount(itemCount)])];
        _list = new ScoredItem[_cutoffs.Max()];
    }

    /// <summary>Targets so far.</summary>
    public int Targets { get; private set; }

    /// <summary>Adds a target by all items' scores.</summary>
    /// <param name="scores">By dense id; the excluded items' scores are overwritten.</param>
    /// <param name="target">Dense id.</param>
    /// <param name="excluded">Items out of the ranking (those seen before); the target stays in even where it is among them.</param>
    /// <returns>The target's rank (see <see cref="RankingMetrics.Rank"/>).</returns>
    public int Add(Span<float> scores, int target, ReadOnlySpan<int> excluded)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, _itemCount);
        RankingMetrics.Exclude(scores, excluded, target);
        var rank = RankingMetrics.Rank(scores, target);
        AddRank(rank);
        var count = TopItems.Select(scores, [], _list);
        for (var i = 0; i < count && _list[i].Score != RankingMetrics.Excluded; i++) AddShown(_list[i].Item, i);
        return rank;
    }

    /// <summary>Adds a target by a list that was made elsewhere.</summary>
    /// <param name="rank">The target's rank in it, from 1; <see cref="int.MaxValue"/> where it is not in the list.</param>
    /// <param name="list">The list's items, best first.</param>
    public void Add(int rank, ReadOnlySpan<int> list)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        AddRank(rank);
        for (var i = 0; i < Math.Min(list.Length, _list.Length); i++) AddShown(list[i], i);
    }

    /// <summary>Adds everything that another accumulator of the same items and cutoffs has seen.</summary>
    public void Merge(RankingAccumulator other)
    {
        if (other._itemCount != _itemCount || !other._cutoffs.AsSpan().SequenceEqual(_cutoffs))
        {
            throw new ArgumentException("Only accumulators of the same items and cutoffs can be merged.", nameof(other));
        }

        Targets += other.Targets;
        for (var i = 0; i < _cutoffs.Length; i++)
        {
            _ndcg[i] += other._ndcg[i];
            _recall[i] += other._recall[i];
            _reciprocal[i] += other._reciprocal[i];
            for (var word = 0; word < _shown[i].Length; word++) _shown[i][word] |= other._shown[i][word];
        }
    }

    /// <summary>The averages, one a cutoff; zeros before the first target.</summary>
    public IReadOnlyList<RankingScore> Scores()
    {
        var targets = Math.Max(Targets, 1);
        return
        [
            .. _cutoffs.Select((k, i) => new RankingScore(
                k,
                _ndcg[i] / targets,
                _recall[i] / targets,
                _reciprocal[i] / targets,
                (double)_shown[i].Sum(word => (long)ulong.PopCount(word)) / _itemCount)),
        ];
    }

    private void AddRank(int rank)
    {
        Targets++;
        for (var i = 0; i < _cutoffs.Length; i++)
        {
            _ndcg[i] += RankingMetrics.Ndcg(rank, _cutoffs[i]);
            _recall[i] += RankingMetrics.Recall(rank, _cutoffs[i]);
            _reciprocal[i] += RankingMetrics.ReciprocalRank(rank, _cutoffs[i]);
        }
    }

    private void AddShown(int item, int place)
    {
        for (var i = 0; i < _cutoffs.Length; i++)
        {
            if (place < _cutoffs[i]) ItemMask.Set(_shown[i], item);
        }
    }
}
