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

    private SessionKnn(SessionKnnOptions options, int[] starts, int[] items, long[] ends, int itemCount)
    {
        Options = options;
        ItemCount = itemCount;
        (_starts, _items, _ends) = (starts, items, ends);
        (_norms, _rarity) = (new float[ends.Length], new float[itemCount]);
        _byDistance = Exponentials(options.DistanceScale, options.MaxSessionLength);
        _byPlace = Exponentials(options.PositionScale, options.Window);
        _byShared = Exponentials(options.SharedPositionScale, options.Window);
        _postingStarts = new int[itemCount + 1];
        var last = new int[itemCount];
        for (var s = 0; s < ends.Length; s++)
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
            _rarity[i] = _rarity[i] == 0 ? 0 : 1 + (options.RarityWeight * MathF.Log(ends.Length / _rarity[i]));
        }

        _postings = new int[_postingStarts[itemCount]];
        Array.Clear(last);
        var next = _postingStarts[..itemCount];
        for (var s = 0; s < ends.Length; s++)
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
        for (var s = 0; s < ends.Length; s++)
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
    public int SessionCount => _ends.Length;

    /// <summary>Items.</summary>
    public int ItemCount { get; }

    /// <summary>Settings.</summary>
    public SessionKnnOptions Options { get; }

    /// <summary>What the model takes, bytes.</summary>
    public long Bytes => (4L * (_starts.Length + _items.Length + _norms.Length + _postingStarts.Length + _postings.Length + _rarity.Length)) + (8L * _ends.Length);

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
        var (starts, items, ends) = (new int[count + 1], new int[total], new long[count]);
        for (var i = 0; i < count; i++)
        {
            starts[i + 1] = starts[i] + sessions[i].Length;
            sequences[sessions[i].Sequence].AsSpan(sessions[i].Start, sessions[i].Length).CopyTo(items.AsSpan(starts[i]));
            ends[i] = timesMs is null ? 0 : sessions[i].End;
        }

        return new(options, starts, items, ends, itemCount);
    }

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> history, Span<float> scores)
    {
        scores.Clear();
        foreach (var (item, score) in Score(history, long.MinValue, new SessionKnnScratch(this))) scores[item] = score;
    }

    /// <summary>A history's scores, of the items that its neighbours hold only; those of the history are among them. Allocates nothing.</summary>
    /// <param name="history">Dense ids, oldest first; ids that are not of these items are passed over, but keep their place.</param>
    /// <param name="nowMs">The request's time, for the sessions' recency; <see cref="long.MinValue"/> where unknown: the newest session's end.</param>
    /// <param name="scratch">Made for this model, of the calling thread alone.</param>
    /// <returns>Items by ascending dense id; in the scratch, valid until its next use.</returns>
    public ReadOnlySpan<ScoredItem> Score(ReadOnlySpan<int> history, long nowMs, SessionKnnScratch scratch)
    {
        if (history.Length > Options.Window) history = history[^Options.Window..];
        var nearest = FindNearest(history, nowMs, scratch);
        foreach (var (session, similarity) in nearest) AddItems(session, similarity, scratch);
        foreach (var item in history)
        {
            if ((uint)item < (uint)ItemCount) scratch.InHistory[item] = 0;
        }

        return scratch.Items.Take();
    }

    private ReadOnlySpan<ScoredItem> FindNearest(ReadOnlySpan<int> history, long nowMs, SessionKnnScratch scratch)
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
            top.Offer(session, similarity);
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

    private ReadOnlySpan<int> Session(int session) => _items.AsSpan(_starts[session].._starts[session + 1]);
}
