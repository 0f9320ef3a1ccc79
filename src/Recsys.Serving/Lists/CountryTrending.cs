namespace Recsys.Serving.Lists;

/// <summary>
/// What is played most now in one country. A small country's few plays would put anything on top, so the whole world's shares count as so many plays of it beside its own (a Dirichlet prior):
/// where little is played the order is the world's, where much is played its own. Kept sparsely: a country takes memory for the items that are played there.
/// </summary>
/// <param name="world">The counts of all countries together.</param>
/// <param name="time">The clock.</param>
/// <param name="rankingShare">As for <see cref="TrendingCounts"/>.</param>
internal sealed class CountryTrending(TrendingCounts world, TimeProvider time, int rankingShare)
{
    /// <summary>So many plays, shared out as the world's are, count in each country.</summary>
    public const double PriorPlays = 50;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, (double Count, long TimeMs)> _counts = [];
    private TrendingRanking _ranking = new([], [], 0);
    private TrendingRanking? _ofWorld;
    private double _total;
    private bool _changed;
    private long _rankedTimestamp;
    private TimeSpan _rankingCost;

    /// <summary>Counts one play.</summary>
    public void Add(uint item, long timeMs)
    {
        lock (_lock)
        {
            var (count, last) = _counts.GetValueOrDefault(item, (0, timeMs));
            _counts[item] = timeMs >= last ? ((count * Decay(timeMs - last)) + 1, timeMs) : (count + Decay(last - timeMs), last);
            _changed = true;
        }
    }

    /// <summary>The items that are played anywhere, by the country's own counts and the world's share, most first, ties by item number. Made anew as rarely as the world's.</summary>
    public TrendingRanking Ranking()
    {
        var ofWorld = world.Ranking();
        lock (_lock)
        {
            var isOld = _changed || !ReferenceEquals(_ofWorld, ofWorld);
            if (!isOld || time.GetElapsedTime(_rankedTimestamp) < rankingShare * _rankingCost) return _ranking;
            var start = time.GetTimestamp();
            _ranking = Rank(ofWorld);
            (_ofWorld, _changed) = (ofWorld, false);
            _rankedTimestamp = time.GetTimestamp();
            _rankingCost = time.GetElapsedTime(start, _rankedTimestamp);
            return _ranking;
        }
    }

    /// <summary>An item's count as of a moment, by which a ranking puts it in order.</summary>
    public double CountOf(uint item, long nowMs)
    {
        Ranking();
        lock (_lock) return Blended(item, world.CountOf(item, _ranking.TimeMs), _ranking.TimeMs) * Decay(nowMs - _ranking.TimeMs);
    }

    private double Blended(uint item, double ofWorld, long atMs) =>
        (_counts.TryGetValue(item, out var own) ? own.Count * Decay(atMs - own.TimeMs) : 0) + (_total > 0 ? PriorPlays * ofWorld / _total : 0);

    private TrendingRanking Rank(TrendingRanking ofWorld)
    {
        _total = ofWorld.Counts.Sum();
        var keys = new (double Count, uint Item)[ofWorld.Items.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            // What is played here is played in the world: its ranking has every item.
            keys[i] = (Blended(ofWorld.Items[i], ofWorld.Counts[i], ofWorld.TimeMs), ofWorld.Items[i]);
        }

        RemoveForgotten(ofWorld.TimeMs);
        Array.Sort(keys, static (a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a.Item.CompareTo(b.Item));
        return new([.. keys.Select(static key => key.Item)], [.. keys.Select(static key => key.Count)], ofWorld.TimeMs);
    }

    private void RemoveForgotten(long newestMs)
    {
        foreach (var (item, own) in _counts)
        {
            // Removing while it's enumerated is what a dictionary allows.
            if (own.Count * Decay(newestMs - own.TimeMs) < TrendingCounts.Forgotten) _counts.Remove(item);
        }
    }

    private double Decay(long ageMs) => TrendingCounts.Decay(ageMs, world.HalfLifeMs);
}
