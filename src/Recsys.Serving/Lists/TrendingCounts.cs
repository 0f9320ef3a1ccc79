using System.Runtime.InteropServices;
using Recsys.Inference.Ranker;

namespace Recsys.Serving.Lists;

/// <summary>
/// Exponentially decayed counts of one namespace; an item's count is brought forward only when it's touched (forward decay: the order of two untouched items never changes, so a ranking stays
/// right until the next count). Kept sparsely, at 45 to 90 bytes for each item that was played lately: item numbers are the store's, and a store has many namespaces.
/// </summary>
/// <param name="halfLifeMs">Of the counts; those that last halve <see cref="SourceModels.LastingFactor"/> times more slowly.</param>
/// <param name="time">The clock.</param>
/// <param name="rankingShare">A ranking costs at most one part in so many of a core; 0: it's always made anew.</param>
internal sealed class TrendingCounts(double halfLifeMs, TimeProvider time, int rankingShare)
{
    /// <summary>Counts below this are dropped.</summary>
    internal const double Forgotten = 1e-3;

    private const int FewItems = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, DecayedCount> _counts = [];
    private readonly double _lastingHalfLifeMs = SourceModels.LastingFactor * halfLifeMs;
    private long _newestMs = long.MinValue;
    private int _forgetAt = FewItems;
    private TrendingRanking _ranking = new([], [], 0);
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
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, item, out _);
            var (count, lasting, last) = known;
            known = timeMs >= last
                ? new((count * Decay(timeMs - last, halfLifeMs)) + one, (lasting * Decay(timeMs - last, _lastingHalfLifeMs)) + oneThatLasts, timeMs)
                : new(count + (one * Decay(last - timeMs, halfLifeMs)), lasting + (oneThatLasts * Decay(last - timeMs, _lastingHalfLifeMs)), last);
            _newestMs = Math.Max(_newestMs, timeMs);
            _changed = true;
            if (_counts.Count >= _forgetAt) Forget();
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
        lock (_lock) return _counts.TryGetValue(item, out var known) ? known.Count * Decay(nowMs - known.TimeMs, halfLifeMs) : 0;
    }

    /// <summary>Items that have counts.</summary>
    public int ItemCount
    {
        get
        {
            lock (_lock) return _counts.Count;
        }
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
                (counts[i], lasting[i]) = (0, 0);
                if (!_counts.TryGetValue(numbers[i], out var known)) continue;
                counts[i] = (float)(known.Count * Decay(nowMs - known.TimeMs, halfLifeMs));
                lasting[i] = (float)(known.Lasting * Decay(nowMs - known.TimeMs, _lastingHalfLifeMs));
            }
        }
    }

    private TrendingRanking Rank()
    {
        var keys = new List<(double Count, uint Item)>(_counts.Count);
        foreach (var (item, known) in _counts)
        {
            var count = known.Count * Decay(_newestMs - known.TimeMs, halfLifeMs);
            if (count >= Forgotten) keys.Add((count, item));
        }

        var sorted = CollectionsMarshal.AsSpan(keys);
        sorted.Sort(static (a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a.Item.CompareTo(b.Item));
        var items = new uint[sorted.Length];
        var counts = new double[sorted.Length];
        for (var i = 0; i < sorted.Length; i++) (items[i], counts[i]) = (sorted[i].Item, sorted[i].Count);
        return new(items, counts, _newestMs);
    }

    /// <summary>Drops the items both of whose counts are forgotten. It's done when they have doubled since it was done last, so that it costs little and nobody needs to ask for it.</summary>
    private void Forget()
    {
        foreach (var (item, known) in _counts)
        {
            var age = _newestMs - known.TimeMs;
            if (known.Count * Decay(age, halfLifeMs) < Forgotten && known.Lasting * Decay(age, _lastingHalfLifeMs) < Forgotten) _counts.Remove(item);
        }

        _forgetAt = Math.Max(FewItems, 2 * _counts.Count);
        _counts.TrimExcess(_forgetAt);
    }

    /// <summary>What is left of a count after a time, 0 to 1.</summary>
    internal static double Decay(long ageMs, double halfLifeMs) => ageMs <= 0 ? 1 : double.Exp2(-ageMs / halfLifeMs);
}
