using System.Runtime.InteropServices;

namespace Recsys.Inference.Ranker;

/// <summary>
/// What users lately went on to from each item: counts of pairs that halve every half-life, so that what changed since a training is known at once. Each item that somebody wants counts for the
/// <see cref="Reach"/> items before it, for each further one less. An item keeps its <see cref="MostFollowers"/> greatest counts. Thread-safe.
/// </summary>
/// <param name="halfLifeMs">Of the counts.</param>
public sealed class WatchedNext(double halfLifeMs)
{
    /// <summary>Items before one that it counts for, and from which is looked up what comes next.</summary>
    public const int Reach = 8;

    /// <summary>Items that are kept as followers of each item.</summary>
    public const int MostFollowers = 128;

    private const int FewFollowers = 4;
    private const float Falling = 0.8f;

    /// <summary>Counts are kept as of a moment that is at most so many half-lives before the newest: floats have room for that.</summary>
    private const double MostHalfLives = 60;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, Row> _rows = [];
    private long _momentMs = long.MinValue;
    private long _newestMs = long.MinValue;

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
                (row ??= new()).Add(item, weight);
            }
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

    /// <summary>Counts as of a later moment, which is rare.</summary>
    private void MoveTo(long momentMs)
    {
        var left = (float)double.Exp2((_momentMs - momentMs) / halfLifeMs);
        foreach (var row in _rows.Values) row.Multiply(left);
        _momentMs = momentMs;
    }

    /// <summary>The followers of one item. Forward decay (Cormode et al. 2009): what is newer is added with a greater weight, so that counts needn't be touched as time goes by.</summary>
    private sealed class Row
    {
        private uint[] _items = new uint[FewFollowers];
        private float[] _counts = new float[FewFollowers];
        private int _count;

        public void Add(uint item, float weight)
        {
            var at = _items.AsSpan(0, _count).IndexOf(item);
            if (at >= 0)
            {
                _counts[at] += weight;
                return;
            }

            at = Place(weight);
            if (at >= 0) (_items[at], _counts[at]) = (item, weight);
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
