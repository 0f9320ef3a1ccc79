using System.Numerics;
using System.Runtime.InteropServices;

namespace Recsys.Inference.Ranker;

/// <summary>
/// What users lately went on to from each item: counts of pairs that halve every half-life, so that what changed since a training is known at once. Each item that somebody wants counts for the
/// <see cref="Reach"/> items before it, for each further one less. An item keeps its <see cref="MostFollowers"/> greatest counts; what has faded is forgotten, and where there's too much of it, what
/// is least. Thread-safe.
/// </summary>
/// <param name="halfLifeMs">Of the counts.</param>
/// <param name="mostPlaces">So many places at most are taken, of 8 bytes each: one of a count, 16 more of each item that has any.</param>
public sealed class WatchedNext(double halfLifeMs, int mostPlaces = WatchedNext.MostPlaces)
{
    /// <summary>Items before one that it counts for, and from which is looked up what comes next.</summary>
    public const int Reach = 8;

    /// <summary>Items that are kept as followers of each item.</summary>
    public const int MostFollowers = 128;

    /// <summary>128 MB: 400,000 items with up to 16 followers, or 110,000 with 128.</summary>
    public const int MostPlaces = 16_000_000;

    /// <summary>Counts below this are forgotten.</summary>
    internal const float Forgotten = 1e-3f;

    private const int FewFollowers = 4;
    private const int RowPlaces = 16;
    private const int FewPlaces = 64_000;
    private const float Falling = 0.8f;

    /// <summary>Counts are kept as of a moment that is at most so many half-lives before the newest: floats have room for that.</summary>
    private const double MostHalfLives = 60;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, Row> _rows = [];
    private long _momentMs = long.MinValue;
    private long _newestMs = long.MinValue;
    private int _places;
    private int _forgetAt = Math.Min(FewPlaces, mostPlaces);

    /// <summary>Places that are taken.</summary>
    internal int Places
    {
        get
        {
            lock (_lock) return _places;
        }
    }

    /// <summary>Counts an item that somebody wanted.</summary>
    /// <param name="before">What the same user wanted before it, oldest first; at most the last <see cref="Reach"/> count.</param>
    /// <param name="item">The item.</param>
    /// <param name="timeMs">When, Unix ms.</param>
    public void Add(ReadOnlySpan<uint> before, uint item, long timeMs)
    {
        lock (_lock)
        {
            if (_momentMs == long.MinValue) _momentMs = timeMs;
            _newestMs = Math.Max(_newestMs, timeMs);
            if ((timeMs - _momentMs) / halfLifeMs > MostHalfLives) MoveTo(timeMs);
            var weight = (float)double.Exp2((timeMs - _momentMs) / halfLifeMs);
            for (var i = before.Length - 1; i >= Math.Max(0, before.Length - Reach); i--, weight *= Falling)
            {
                if (before[i] == item) continue;
                ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, before[i], out _);
                if (row is null)
                {
                    row = new();
                    _places += RowPlaces + row.Places;
                }

                _places += row.Add(item, weight);
            }

            if (_places > _forgetAt) Forget();
        }
    }

    /// <summary>How much each item was wanted after the newest of a history: the sum of its counts, for each older one of the history less.</summary>
    /// <param name="history">Oldest first; at most the last <see cref="Reach"/> are looked up.</param>
    /// <param name="nowMs">As of when, Unix ms; not before the newest that was counted, whose count nothing can have grown.</param>
    /// <param name="scores">What is found is added to; items that aren't in it were wanted by nobody.</param>
    /// <param name="factor">Multiplies what is added.</param>
    public void AddScores(ReadOnlySpan<uint> history, long nowMs, Dictionary<uint, float> scores, float factor = 1)
    {
        lock (_lock)
        {
            var weight = factor * (float)double.Exp2((_momentMs - Math.Max(nowMs, _newestMs)) / halfLifeMs);
            for (var i = history.Length - 1; i >= Math.Max(0, history.Length - Reach); i--, weight *= Falling)
            {
                if (_rows.TryGetValue(history[i], out var row)) row.AddTo(scores, weight);
            }
        }
    }

    /// <summary>The feature that a score becomes.</summary>
    public static float Feature(float score) => MathF.Log(1 + (10 * score));

    /// <summary>Drops what is least until there's room. It's done when as much was added as was kept the last time, so that it costs little.</summary>
    private void Forget()
    {
        for (var least = Forgotten; ; least *= 2)
        {
            RemoveBelow(least);
            if (_places <= mostPlaces / 4 * 3) break;
        }

        _forgetAt = Math.Clamp(2 * _places, Math.Min(FewPlaces, mostPlaces), mostPlaces);
    }

    private void RemoveBelow(float least)
    {
        least *= (float)double.Exp2((_newestMs - _momentMs) / halfLifeMs);
        _places = 0;
        foreach (var (item, row) in _rows)
        {
            // Removing while it's enumerated is what a dictionary allows.
            if (row.RemoveBelow(least)) _rows.Remove(item);
            else _places += RowPlaces + row.Places;
        }

        _rows.TrimExcess(2 * _rows.Count);
    }

    /// <summary>Counts as of a later moment, which is rare.</summary>
    private void MoveTo(long momentMs)
    {
        var left = (float)double.Exp2((_momentMs - momentMs) / halfLifeMs);
        foreach (var row in _rows.Values) row.Multiply(left);
        _momentMs = momentMs;
        RemoveBelow(Forgotten);
    }

    /// <summary>The followers of one item. Forward decay (Cormode et al. 2009): what is newer is added with a greater weight, so that counts needn't be touched as time goes by.</summary>
    private sealed class Row
    {
        private uint[] _items = new uint[FewFollowers];
        private float[] _counts = new float[FewFollowers];
        private int _count;

        /// <summary>Counts that there's room for.</summary>
        public int Places => _items.Length;

        /// <summary>Counts an item; returns how many places more it takes.</summary>
        public int Add(uint item, float weight)
        {
            var at = _items.AsSpan(0, _count).IndexOf(item);
            if (at >= 0)
            {
                _counts[at] += weight;
                return 0;
            }

            var before = _items.Length;
            at = Place(weight);
            if (at >= 0) (_items[at], _counts[at]) = (item, weight);
            return _items.Length - before;
        }

        /// <summary>Drops the counts below one; true: none is left.</summary>
        public bool RemoveBelow(float least)
        {
            var kept = 0;
            for (var i = 0; i < _count; i++)
            {
                if (_counts[i] >= least) (_items[kept], _counts[kept++]) = (_items[i], _counts[i]);
            }

            _count = kept;
            if (Math.Max(FewFollowers, 2 * kept) >= _items.Length) return kept == 0;
            var size = Math.Max(FewFollowers, (int)BitOperations.RoundUpToPowerOf2((uint)kept));
            Array.Resize(ref _items, size);
            Array.Resize(ref _counts, size);
            return kept == 0;
        }

        public void Multiply(float factor)
        {
            foreach (ref var count in _counts.AsSpan(0, _count)) count *= factor;
        }

        public void AddTo(Dictionary<uint, float> scores, float factor)
        {
            for (var i = 0; i < _count; i++)
            {
                ref var score = ref CollectionsMarshal.GetValueRefOrAddDefault(scores, _items[i], out _);
                score += factor * _counts[i];
            }
        }

        /// <summary>A free place, or that of the least count; -1: all are greater.</summary>
        private int Place(float weight)
        {
            if (_count == _items.Length && _count < MostFollowers)
            {
                Array.Resize(ref _items, 2 * _count);
                Array.Resize(ref _counts, 2 * _count);
            }

            if (_count < _items.Length) return _count++;
            var least = 0;
            for (var i = 1; i < _count; i++)
            {
                if (_counts[i] < _counts[least]) least = i;
            }

            return _counts[least] < weight ? least : -1;
        }
    }
}
