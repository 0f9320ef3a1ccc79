using Recsys.Inference.Index;

namespace Recsys.Inference.Rules;

/// <summary>
/// The matrices that item-to-item models are made of, a row at a time, from sequences. With a the past's decay, b the future's, h(gap) = f + (1 - f) exp(-gap / scale)
/// and the splits t of a sequence x_1...x_n into a past s_t = sum over i &lt;= t of a^(t-i) h(time t+1 - time i) e(x_i) and a future
/// y_t = sum over j > t of b^(j-t-1) e(x_j), t from 1 to n - 1 (SLIT: Choi et al., WWW 2021, eq. 9 and 10; time as in TALE: Park et al., WSDM 2025):
/// gram = S'S, next = S'Y, whole = X'X with X the items of each sequence once. No split is ever made: a pair of interactions meets in all splits after the newer one, and what
/// these sum to follows from a recursion over the sequence. Each row is summed by one thread in the order of the sequences, in float64, so that the
/// result does not depend on the number of threads.
/// </summary>
internal sealed class SequencePairs
{
    private const double Negligible = 1e-4;

    private readonly int[] _items;
    private readonly int[] _sequence;
    private readonly int[] _starts;
    private readonly long[]? _times;
    private readonly bool[] _first;
    private readonly float[] _weights;
    private readonly double[][] _later;
    private readonly int[] _occurrenceStarts;
    private readonly int[] _occurrences;
    private readonly double[] _past;
    private readonly double _future;
    private readonly double _floor;
    private readonly double _scale;
    private readonly int _reach;

    /// <param name="sequences">Dense ids, oldest first; those of fewer than one interaction add nothing.</param>
    /// <param name="timesMs">A time for each interaction, not falling (falling ones count as gaps of zero); null if unknown.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="options">Decays.</param>
    internal SequencePairs(IReadOnlyList<int[]> sequences, IReadOnlyList<long[]>? timesMs, int itemCount, RulesOptions options)
    {
        _future = options.FutureDecay;
        _floor = timesMs is null || options.TimeScaleMs <= 0 ? 1 : options.TimeFloor;
        _scale = options.TimeScaleMs;
        _starts = new int[sequences.Count + 1];
        for (var s = 0; s < sequences.Count; s++)
        {
            if (timesMs is not null) ArgumentOutOfRangeException.ThrowIfNotEqual(timesMs[s].Length, sequences[s].Length, nameof(timesMs));
            _starts[s + 1] = checked(_starts[s] + Math.Min(sequences[s].Length, options.MaxHistory));
        }

        var events = _starts[^1];
        (_items, _sequence, _first) = (new int[events], new int[events], new bool[events]);
        _times = _floor < 1 ? new long[events] : null;
        for (var s = 0; s < sequences.Count; s++)
        {
            var count = _starts[s + 1] - _starts[s];
            sequences[s].AsSpan(sequences[s].Length - count).CopyTo(_items.AsSpan(_starts[s]));
            if (_times is not null) timesMs![s].AsSpan(sequences[s].Length - count).CopyTo(_times.AsSpan(_starts[s]));
            _sequence.AsSpan(_starts[s], count).Fill(s);
        }

        _weights = SequenceWeights(timesMs, sequences.Count, options.RecencyScaleMs);
        _occurrenceStarts = new int[itemCount + 1];
        foreach (var item in _items)
        {
            if ((uint)item >= (uint)itemCount) throw new ArgumentOutOfRangeException(nameof(sequences), item, $"Expected dense ids below {itemCount}.");
            _occurrenceStarts[item + 1]++;
        }

        for (var i = 0; i < itemCount; i++) _occurrenceStarts[i + 1] += _occurrenceStarts[i];
        _occurrences = new int[events];
        var next = _occurrenceStarts.AsSpan(0, itemCount).ToArray();
        var last = new int[itemCount];
        for (var e = 0; e < events; e++)
        {
            var item = _items[e];
            _first[e] = last[item] != _sequence[e] + 1;
            last[item] = _sequence[e] + 1;
            _occurrences[next[item]++] = e;
        }

        var longest = 0;
        for (var s = 0; s < sequences.Count; s++) longest = Math.Max(longest, _starts[s + 1] - _starts[s]);
        _past = Powers(options.PastDecay, longest + 1);
        var slower = Math.Max(options.PastDecay, options.FutureDecay);
        _reach = slower >= 1 ? int.MaxValue : slower <= 0 ? 1 : (int)Math.Ceiling(Math.Log(Negligible) / Math.Log(slower)) + 1;
        _later = Later(options.PastDecay);
    }

    /// <summary>How many interactions an item has.</summary>
    internal int Count(int item) => _occurrenceStarts[item + 1] - _occurrenceStarts[item];

    /// <summary>Adds row <paramref name="item"/> of S'S (not where <paramref name="gram"/> is empty) and of S'Y; marks the latter's items, if asked to.</summary>
    internal void AddOrdered(int item, Span<double> gram, Span<double> next, Span<ulong> touched)
    {
        foreach (var e in Occurrences(item))
        {
            var (start, end) = (_starts[_sequence[e]], _starts[_sequence[e] + 1]);
            var weight = _weights[_sequence[e]];
            var run = 0.0;
            var last = (int)Math.Min(end, (long)e + _reach + 1);
            for (var j = e + 1; j < last; j++)
            {
                var near = Nearness(e, j);
                run = (_future * run) + (_past[j - e - 1] * (_floor + ((1 - _floor) * near)));
                next[_items[j]] += weight * run;
                if (!touched.IsEmpty) ItemMask.Set(touched, _items[j]);
                if (!gram.IsEmpty) gram[_items[j]] += weight * Shared(e, j, near);
            }

            if (gram.IsEmpty) continue;
            gram[item] += weight * Shared(e, e, 1);
            for (var i = e - 1; i >= start && e - i <= _reach; i--) gram[_items[i]] += weight * Shared(i, e, Nearness(i, e));
        }
    }

    /// <summary>Adds row <paramref name="item"/> of (S'Y)': what came before it; marks its items.</summary>
    internal void AddBackward(int item, Span<double> previous, Span<ulong> touched)
    {
        foreach (var e in Occurrences(item))
        {
            var weight = _weights[_sequence[e]];
            for (var i = e - 1; i >= _starts[_sequence[e]] && e - i <= _reach; i--)
            {
                ItemMask.Set(touched, _items[i]);
                previous[_items[i]] += weight * _past[e - i - 1] * (_floor + ((1 - _floor) * Nearness(i, e)));
            }
        }
    }

    /// <summary>Adds row <paramref name="item"/> of X'X; marks its items, if asked to.</summary>
    internal void AddWhole(int item, Span<double> whole, Span<ulong> touched)
    {
        foreach (var e in Occurrences(item))
        {
            if (!_first[e]) continue;
            var s = _sequence[e];
            for (var j = _starts[s]; j < _starts[s + 1]; j++)
            {
                if (!_first[j]) continue;
                whole[_items[j]] += _weights[s];
                if (!touched.IsEmpty) ItemMask.Set(touched, _items[j]);
            }
        }
    }

    private ReadOnlySpan<int> Occurrences(int item) => _occurrences.AsSpan(_occurrenceStarts[item], Count(item));

    // What time leaves between two interactions, without the floor.
    private double Nearness(int older, int newer) => _times is null ? 1 : Math.Exp(-Math.Max(0, _times[newer] - _times[older]) / _scale);

    // The sum over splits t from the newer on of a^(t-i) h(t+1, i) a^(t-j) h(t+1, j), expanded by powers of the time's part.
    private double Shared(int older, int newer, double near)
    {
        if (_times is null) return _past[newer - older] * _later[0][newer];
        var (f, g) = (_floor, 1 - _floor);
        var sum = (f * f * _later[0][newer]) + (f * g * (1 + near) * _later[1][newer]) + (g * g * near * _later[2][newer]);
        return _past[newer - older] * sum;
    }

    // later[k][j] = sum over splits t >= j of a^(2 (t - j)) exp(-(time t+1 - time j) / scale)^k; the last interaction has no split.
    private double[][] Later(double decay)
    {
        double[][] later = _times is null ? [new double[_items.Length]] : [new double[_items.Length], new double[_items.Length], new double[_items.Length]];
        for (var s = 0; s + 1 < _starts.Length; s++)
        {
            for (var j = _starts[s + 1] - 2; j >= _starts[s]; j--)
            {
                var near = Nearness(j, j + 1);
                for (var k = 0; k < later.Length; k++) later[k][j] = Math.Pow(near, k) * (1 + (decay * decay * later[k][j + 1]));
            }
        }

        return later;
    }

    private static float[] SequenceWeights(IReadOnlyList<long[]>? timesMs, int count, double scaleMs)
    {
        var weights = new float[count];
        Array.Fill(weights, 1);
        if (timesMs is null || scaleMs <= 0) return weights;
        var newest = timesMs.Where(times => times.Length > 0).Select(times => times[^1]).DefaultIfEmpty().Max();
        for (var s = 0; s < count; s++)
        {
            if (timesMs[s].Length > 0) weights[s] = (float)Math.Exp(-(newest - timesMs[s][^1]) / scaleMs);
        }

        return weights;
    }

    private static double[] Powers(double factor, int count)
    {
        var powers = new double[count];
        powers[0] = 1;
        for (var i = 1; i < count; i++) powers[i] = powers[i - 1] * factor;
        return powers;
    }
}
