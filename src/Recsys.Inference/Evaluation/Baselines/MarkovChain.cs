namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>
/// First-order Markov chain: what followed the last item, how often. Smoothed towards popularity as by a Dirichlet prior, so that items never seen
/// after the last one are ordered by popularity: P(j | i) = (n(i, j) + a P(j)) / (n(i) + a).
/// </summary>
public sealed class MarkovChain : IBaseline
{
    private readonly float[] _popularity;
    private readonly int[][] _next;
    private readonly float[][] _counts;
    private readonly float[] _totals;
    private readonly float _prior;

    private MarkovChain(float[] popularity, int[][] next, float[][] counts, float[] totals, float prior)
    {
        _popularity = popularity;
        _next = next;
        _counts = counts;
        _totals = totals;
        _prior = prior;
    }

    /// <inheritdoc/>
    public string Name => "Markov chain";

    /// <summary>Counts transitions.</summary>
    /// <param name="sequences">Each user's dense ids, oldest first.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="prior">Weight a of popularity, in transitions.</param>
    public static MarkovChain Fit(IReadOnlyList<int[]> sequences, int itemCount, float prior = 10)
    {
        var popularity = new float[itemCount];
        var transitions = new Dictionary<int, float>[itemCount];
        var totals = new float[itemCount];
        foreach (var sequence in sequences)
        {
            for (var i = 0; i < sequence.Length; i++)
            {
                popularity[sequence[i]]++;
                if (i + 1 == sequence.Length) continue;
                var row = transitions[sequence[i]] ??= [];
                row[sequence[i + 1]] = row.GetValueOrDefault(sequence[i + 1]) + 1;
                totals[sequence[i]]++;
            }
        }

        var all = Math.Max(popularity.Sum(), 1);
        for (var i = 0; i < itemCount; i++) popularity[i] /= all;
        int[][] next = [.. transitions.Select(row => row is null ? [] : row.Keys.ToArray())];
        float[][] counts = [.. transitions.Select(row => row is null ? [] : row.Values.ToArray())];
        return new(popularity, next, counts, totals, prior);
    }

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> history, Span<float> scores)
    {
        _popularity.CopyTo(scores);
        if (history.IsEmpty) return;
        var last = history[^1];
        var whole = _totals[last] + _prior;
        foreach (ref var score in scores) score *= _prior / whole;
        for (var i = 0; i < _next[last].Length; i++) scores[_next[last][i]] += _counts[last][i] / whole;
    }
}
