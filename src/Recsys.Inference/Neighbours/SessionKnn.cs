using System.Collections.Concurrent;
using Recsys.Inference.Evaluation.Baselines;
using Recsys.Inference.Index;

namespace Recsys.Inference.Neighbours;

/// <summary>
/// Nearest sessions, in the form VSTAN (Garg et al., "Sequence and time aware neighborhood for session-based recommendations: STAN", SIGIR 2019, eq. 2 to 8; with the IDF and
/// shared-position weights of VS-kNN: Ludewig et al., "Empirical analysis of session-based recommendation algorithms", 2020). The similarity of a
/// session n to a history is sum over items shared of exp(-places back / spw), over sqrt(sum of squares over the history) sqrt(distinct items of n),
/// times exp(-age of n / snh). Each of the most similar sessions gives each of its items similarity x exp(-|place - place of the last shared| / inh)
/// x exp(-places back of the newest shared / ipw) x (1 + idf log(sessions / interactions)). For an item seen twice in a session the last place counts. An inverted index holds, per item, its
/// sessions, newest first. Bounded: see <see cref="SessionKnnOptions.MaxInteractions"/>. Immutable, thread-safe.
/// </summary>
public sealed class SessionKnn : IBaseline
{
    private readonly int[] _starts;
    private readonly int[] _items;
    private readonly float[] _norms;
    private readonly long[] _ends;
    private readonly int[] _postingStarts;
    private readonly int[] _postings;
    private readonly float[] _rarity;
    private readonly float[] _byDistance;
    private readonly float[] _byPlace;
    private readonly float[] _byShared;
    private readonly int[]? _sequences;
    private readonly ConcurrentBag<SessionKnnScratch> _free = [];

    /// <summary>An index over sessions, whose arrays must not be used any more. Without times: <see cref="SessionKnnOptions.RecencyScaleMs"/> must be 0.</summary>
    /// <param name="starts">(S + 1): session s's items are from starts[s] to before starts[s + 1]; newest session first.</param>
    /// <param name="items">(I): dense ids, oldest first within a session.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="InvalidDataException">Sessions are shorter than 2 or longer than the options say, an item is not a dense id, or a setting is out of range.</exception>
    public SessionKnn(int[] starts, int[] items, int itemCount, SessionKnnOptions options)
        : this(options, Checked(starts, items, itemCount, options), items, [], itemCount, null)
    {
    }

    private SessionKnn(SessionKnnOptions options, int[] starts, int[] items, long[] ends, int itemCount, int[]? sequences)
    {
        Options = options;
        ItemCount = itemCount;
        (_starts, _items, _ends, _sequences) = (starts, items, ends, sequences);
        (_norms, _rarity) = (new float[SessionCount], new float[itemCount]);
        _byDistance = Exponentials(options.DistanceScale, options.MaxSessionLength);
        _byPlace = Exponentials(options.PositionScale, options.Window);
        _byShared = Exponentials(options.SharedPositionScale, options.Window);
        _postingStarts = new int[itemCount + 1];
        var last = new int[itemCount];
        for (var s = 0; s < SessionCount; s++)
        {
            foreach (var item in Session(s))
            {
                _rarity[item]++;
                if (last[item] == s + 1) continue;
                last[item] = s + 1;
                _norms[s]++;
                _postingStarts[item + 1]++;
            }

            _norms[s] = 1 / MathF.Sqrt(_norms[s]);
        }

        for (var i = 0; i < itemCount; i++)
        {
            _postingStarts[i + 1] += _postingStarts[i];
            _rarity[i] = _rarity[i] == 0 ? 0 : 1 + (options.RarityWeight * MathF.Log(SessionCount / _rarity[i]));
        }

        _postings = new int[_postingStarts[itemCount]];
        Array.Clear(last);
        var next = _postingStarts[..itemCount];
        for (var s = 0; s < SessionCount; s++)
        {
            foreach (var item in Session(s))
            {
                if (last[item] == s + 1) continue;
                last[item] = s + 1;
                _postings[next[item]++] = s;
            }
        }

        // For an item seen twice only the last place counts: the others are marked, by their complements, and passed over when scoring.
        Array.Clear(last);
        for (var s = 0; s < SessionCount; s++)
        {
            for (var at = starts[s + 1] - 1; at >= starts[s]; at--)
            {
                if (last[items[at]] == s + 1) items[at] = ~items[at];
                else last[items[at]] = s + 1;
            }
        }
    }

    /// <inheritdoc/>
    public string Name => "VSTAN";

    /// <summary>Sessions kept.</summary>
    public int SessionCount => _starts.Length - 1;

    /// <summary>Interactions kept.</summary>
    public int InteractionCount => _items.Length;

    /// <summary>Items.</summary>
    public int ItemCount { get; }

    /// <summary>Settings.</summary>
    public SessionKnnOptions Options { get; }

    /// <summary>What the model takes, bytes.</summary>
    public long Bytes => (4L * (_starts.Length + _items.Length + _norms.Length + _postingStarts.Length + _postings.Length + _rarity.Length)) + (8L * _ends.Length);

    /// <summary>(S + 1), ascending: where each session's items start, newest session first.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>A copy of all sessions' dense ids, (I).</summary>
    public int[] CopyItems() => Array.ConvertAll(_items, item => item < 0 ? ~item : item);

    /// <summary>Indexes sessions, newest first until the bound is reached.</summary>
    /// <param name="sequences">Dense ids, oldest first; sessions of one interaction are left out, because they recommend nothing.</param>
    /// <param name="timesMs">A time for each interaction; null where unknown: later sequences of the list then count as newer.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    public static SessionKnn Fit(IReadOnlyList<int[]> sequences, IReadOnlyList<long[]>? timesMs, int itemCount, SessionKnnOptions? options = null)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(itemCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSessionLength, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.PositionScale);
        var sessions = new List<(int Sequence, int Start, int Length, long End)>();
        for (var s = 0; s < sequences.Count; s++)
        {
            for (var end = sequences[s].Length; end > 1; end -= options.MaxSessionLength)
            {
                var start = Math.Max(0, end - options.MaxSessionLength);
                if (end - start > 1) sessions.Add((s, start, end - start, timesMs is null ? s : timesMs[s][end - 1]));
            }
        }

        // The newest first; of equal ones the later of the list.
        sessions.Sort((a, b) => (b.End, b.Sequence, b.Start).CompareTo((a.End, a.Sequence, a.Start)));
        var (count, total) = (0, 0);
        while (count < sessions.Count && total + sessions[count].Length <= options.MaxInteractions) total += sessions[count++].Length;
        var (starts, items, ends, kept) = (new int[count + 1], new int[total], new long[count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            starts[i + 1] = starts[i] + sessions[i].Length;
            sequences[sessions[i].Sequence].AsSpan(sessions[i].Start, sessions[i].Length).CopyTo(items.AsSpan(starts[i]));
            ends[i] = timesMs is null ? 0 : sessions[i].End;
            kept[i] = sessions[i].Sequence;
        }

        return new(options, starts, items, ends, itemCount, kept);
    }

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> history, Span<float> scores)
    {
        scores.Clear();
        var scratch = Rent();
        foreach (var (item, score) in Score(history, long.MinValue, scratch)) scores[item] = score;
        Return(scratch);
    }

    /// <summary>Adds weight x log(1 + score) to an array of all items: scores are sums over neighbours, logits differ by ratios.</summary>
    /// <param name="history">As in the other forms.</param>
    /// <param name="scores">(N), added to.</param>
    /// <param name="weight">The blend's weight.</param>
    /// <param name="except">A sequence of <see cref="Fit"/>'s that is no neighbour: the history's own, where the index was fitted to it; -1: none.</param>
    public void AddLogarithms(ReadOnlySpan<int> history, Span<float> scores, float weight = 1, int except = -1)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, ItemCount);
        var scratch = Rent();
        foreach (var (item, score) in Score(history, long.MinValue, scratch, except)) scores[item] += weight * MathF.Log(1 + Math.Max(0, score));
        Return(scratch);
    }

    /// <summary>A history's scores, of the items that its neighbours hold only; those of the history are among them. Allocates nothing.</summary>
    /// <param name="history">Dense ids, oldest first; ids that are not of these items are passed over, but keep their place.</param>
    /// <param name="nowMs">The request's time, for the sessions' recency; <see cref="long.MinValue"/> where unknown: the newest session's end.</param>
    /// <param name="scratch">Made for this model, of the calling thread alone.</param>
    /// <param name="except">A sequence of <see cref="Fit"/>'s that is no neighbour; -1: none.</param>
    /// <returns>Items by ascending dense id; in the scratch, valid until its next use.</returns>
    public ReadOnlySpan<ScoredItem> Score(ReadOnlySpan<int> history, long nowMs, SessionKnnScratch scratch, int except = -1)
    {
        if (except >= 0 && _sequences is null) throw new ArgumentException("An index that was read has no sequences to leave out.", nameof(except));
        if (history.Length > Options.Window) history = history[^Options.Window..];
        var nearest = FindNearest(history, nowMs, scratch, except);
        foreach (var (session, similarity) in nearest) AddItems(session, similarity, scratch);
        foreach (var item in history)
        {
            if ((uint)item < (uint)ItemCount) scratch.InHistory[item] = 0;
        }

        return scratch.Items.Take();
    }

    private ReadOnlySpan<ScoredItem> FindNearest(ReadOnlySpan<int> history, long nowMs, SessionKnnScratch scratch, int except)
    {
        var (touched, squares) = (0, 0f);
        for (var at = history.Length - 1; at >= 0; at--)
        {
            var item = history[at];
            if ((uint)item >= (uint)ItemCount || scratch.InHistory[item] > 0) continue;
            var back = history.Length - 1 - at;
            scratch.InHistory[item] = back + 1;
            var weight = _byPlace[back];
            squares += weight * weight;
            var postings = _postings.AsSpan(_postingStarts[item].._postingStarts[item + 1]);
            if (postings.Length > Options.SampleSize) postings = postings[..Options.SampleSize];
            foreach (var session in postings)
            {
                if (scratch.Similarity[session] == 0) scratch.Touched[touched++] = session;
                scratch.Similarity[session] += weight;
            }
        }

        var now = nowMs == long.MinValue && _ends.Length > 0 ? _ends[0] : nowMs;
        var top = new TopItems(scratch.Nearest);
        foreach (var session in scratch.Touched.AsSpan(0, touched))
        {
            var similarity = scratch.Similarity[session] * _norms[session] / MathF.Sqrt(squares);
            if (Options.RecencyScaleMs > 0) similarity *= (float)Math.Exp(-Math.Max(0, now - _ends[session]) / Options.RecencyScaleMs);
            scratch.Similarity[session] = 0;
            if (except < 0 || _sequences![session] != except) top.Offer(session, similarity);
        }

        return scratch.Nearest.AsSpan(0, top.Finish());
    }

    private void AddItems(int session, float similarity, SessionKnnScratch scratch)
    {
        var items = Session(session);
        var (shared, back) = (-1, int.MaxValue);
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] < 0) continue;
            var place = scratch.InHistory[items[i]];
            if (place == 0) continue;
            shared = i;
            back = Math.Min(back, (int)place - 1);
        }

        similarity *= _byShared[back];
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] < 0) continue;
            var value = similarity * _rarity[items[i]] * _byDistance[Math.Abs(i - shared)];
            scratch.Items.Add(items[i], i < shared ? value * Options.BeforeShare : value);
        }
    }

    // A scale of 0 stands for no decay at all.
    private static float[] Exponentials(float scale, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = scale > 0 ? MathF.Exp(-i / scale) : 1;
        return values;
    }

    private SessionKnnScratch Rent() => _free.TryTake(out var scratch) ? scratch : new(this);

    // There are never more than threads that score at once.
    private void Return(SessionKnnScratch scratch) => _free.Add(scratch);

    private static int[] Checked(int[] starts, int[] items, int itemCount, SessionKnnOptions options)
    {
        if (options.Problem() is { } problem) throw new InvalidDataException($"neighbours.settings: {problem}.");
        if (options.RecencyScaleMs > 0) throw new InvalidDataException($"neighbours.settings: recency counts over {options.RecencyScaleMs} ms, expected 0 without times.");
        if (starts.Length == 0 || starts[0] != 0) throw new InvalidDataException($"neighbours.starts begins with {(starts.Length == 0 ? "nothing" : starts[0])}, expected 0.");
        for (var s = 1; s < starts.Length; s++)
        {
            if (starts[s] - (long)starts[s - 1] is var length && (length < 2 || length > options.MaxSessionLength))
            {
                throw new InvalidDataException($"neighbours.starts holds a session of {length} items at {s - 1}, expected 2 to {options.MaxSessionLength}.");
            }
        }

        if (starts[^1] != items.Length) throw new InvalidDataException($"neighbours.starts ends with {starts[^1]}, expected the number of items, {items.Length}.");
        for (var i = 0; i < items.Length; i++)
        {
            if ((uint)items[i] >= (uint)itemCount) throw new InvalidDataException($"neighbours.items holds {items[i]} at {i}, expected a dense id below {itemCount}.");
        }

        return starts;
    }

    private ReadOnlySpan<int> Session(int session) => _items.AsSpan(_starts[session].._starts[session + 1]);
}
