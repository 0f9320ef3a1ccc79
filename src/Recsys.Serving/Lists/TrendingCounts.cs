using Recsys.Inference.Ranker;

namespace Recsys.Serving.Lists;

/// <summary>
/// Exponentially decayed counts of one namespace, in flat arrays by item number; an item's count is brought forward only when it's touched (forward decay: the order of two
/// untouched items never changes, so a ranking stays right until the next count).
/// </summary>
/// <param name="halfLifeMs">Of the counts; those that last halve <see cref="SourceModels.LastingFactor"/> times more slowly.</param>
/// <param name="time">The clock.</param>
/// <param name="rankingShare">A ranking costs at most one part in so many of a core; 0: it's always made anew.</param>
internal sealed class TrendingCounts(double halfLifeMs, TimeProvider time, int rankingShare)
{
    /// <summary>Counts below this are dropped.</summary>
    internal const double Forgotten = 1e-3;

    private readonly Lock _lock = new();
    private readonly List<uint> _items = [];
    private readonly double _lastingHalfLifeMs = SourceModels.LastingFactor * halfLifeMs;
    private double[] _counts = new double[1024];
    private double[] _lasting = new double[1024];
    private long[] _times = new long[1024];
    private volatile TrendingRanking _ranking = new([], [], 0);
    private bool _changed;
    private long _rankedTimestamp;
    private TimeSpan _rankingCost;

    /// <summary>What users went on to from each item: counts that halve as slowly as those that last.</summary>
    public WatchedNext WatchedNext { get; } = new(SourceModels.LastingFactor * halfLifeMs);

    /// <summary>Counts a play.</summary>
    /// <param name="item">Number.</param>
    /// <param name="timeMs">When, Unix ms.</param>
    /// <param name="counts">Whether it moves the counts.</param>
    /// <param name="lasts">Whether it moves the counts that last.</param>
    public void Add(uint item, long timeMs, bool counts = true, bool lasts = true)
    {
        if (!counts && !lasts) return;
        var (one, oneThatLasts) = (counts ? 1 : 0, lasts ? 1 : 0);
        lock (_lock)
        {
            if (item >= (uint)_counts.Length)
            {
                var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2(item + 1UL);
                Array.Resize(ref _counts, size);
                Array.Resize(ref _lasting, size);
                Array.Resize(ref _times, size);
            }

            if (_counts[item] <= 0) _items.Add(item);
            if (timeMs >= _times[item])
            {
                _counts[item] = (_counts[item] * Decay(timeMs - _times[item], halfLifeMs)) + one;
                _lasting[item] = (_lasting[item] * Decay(timeMs - _times[item], _lastingHalfLifeMs)) + oneThatLasts;
                _times[item] = timeMs;
            }
            else
            {
                _counts[item] += one * Decay(_times[item] - timeMs, halfLifeMs);
                _lasting[item] += oneThatLasts * Decay(_times[item] - timeMs, _lastingHalfLifeMs);
            }

            _changed = true;
        }
    }

    /// <summary>The items with counts, most first, ties by item number. Made anew after changes, but only so often that it costs a twentieth of one core at most.</summary>
    public TrendingRanking Ranking()
    {
        lock (_lock)
        {
            if (!_changed || time.GetElapsedTime(_rankedTimestamp) < rankingShare * _rankingCost) return _ranking;
            var start = time.GetTimestamp();
            _ranking = Rank();
            _changed = false;
            _rankedTimestamp = time.GetTimestamp();
            _rankingCost = time.GetElapsedTime(start, _rankedTimestamp);
            return _ranking;
        }
    }

    /// <summary>An item's count as of a moment.</summary>
    public double CountOf(uint item, long nowMs)
    {
        lock (_lock) return item < (uint)_counts.Length ? _counts[item] * Decay(nowMs - _times[item], halfLifeMs) : 0;
    }

    /// <summary>Half-life of the counts, ms.</summary>
    public double HalfLifeMs => halfLifeMs;

    /// <summary>Several items' counts as of a moment.</summary>
    /// <param name="numbers">Item numbers.</param>
    /// <param name="nowMs">Unix ms.</param>
    /// <param name="counts">One an item.</param>
    /// <param name="lasting">The counts that last, one an item.</param>
    public void CountsOf(ReadOnlySpan<uint> numbers, long nowMs, Span<float> counts, Span<float> lasting)
    {
        lock (_lock)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                var item = numbers[i];
                (counts[i], lasting[i]) = (0, 0);
                if (item >= (uint)_counts.Length) continue;
                counts[i] = (float)(_counts[item] * Decay(nowMs - _times[item], halfLifeMs));
                lasting[i] = (float)(_lasting[item] * Decay(nowMs - _times[item], _lastingHalfLifeMs));
            }
        }
    }

    private TrendingRanking Rank()
    {
        var newest = long.MinValue;
        foreach (var item in _items) newest = Math.Max(newest, _times[item]);
        var kept = 0;
        var keys = new (double Count, uint Item)[_items.Count];
        for (var i = 0; i < _items.Count; i++)
        {
            var item = _items[i];
            var count = _counts[item] * Decay(newest - _times[item], halfLifeMs);
            if (count < Forgotten)
            {
                _counts[item] = 0;
                continue;
            }

            _items[kept] = item;
            keys[kept++] = (count, item);
        }

        _items.RemoveRange(kept, _items.Count - kept);
        keys.AsSpan(0, kept).Sort(static (a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a.Item.CompareTo(b.Item));
        var items = new uint[kept];
        var counts = new double[kept];
        for (var i = 0; i < kept; i++) (items[i], counts[i]) = (keys[i].Item, keys[i].Count);
        return new(items, counts, newest);
    }

    /// <summary>What is left of a count after a time, 0 to 1.</summary>
    internal static double Decay(long ageMs, double halfLifeMs) => ageMs <= 0 ? 1 : double.Exp2(-ageMs / halfLifeMs);
}
