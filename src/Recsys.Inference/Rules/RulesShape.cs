namespace Recsys.Inference.Rules;

/// <summary>What <see cref="RulesPreset"/> looks at: counts and rates of a data set, never its name.</summary>
/// <param name="Sequences">Sequences of at least one interaction.</param>
/// <param name="Items">Dense ids.</param>
/// <param name="Interactions">Interactions in all.</param>
/// <param name="RepeatRate">Share of interactions, from a sequence's second on, whose item the sequence held already.</param>
/// <param name="OrderKnown">Whether a sequence's order means anything.</param>
/// <param name="SpanMs">Time from the oldest to the newest interaction, ms; 0 where times are unknown.</param>
/// <param name="GapMs">Median time between neighbours of a sequence, of those that aren't at one time, ms; 0 where times are unknown.</param>
public sealed record RulesShape(int Sequences, int Items, long Interactions, double RepeatRate, bool OrderKnown, long SpanMs = 0, long GapMs = 0)
{
    /// <summary>Interactions a sequence, on average; 0 where there are none.</summary>
    public double MeanLength => Sequences == 0 ? 0 : (double)Interactions / Sequences;

    /// <summary>Interactions an item, on average.</summary>
    public double PerItem => Items == 0 ? 0 : (double)Interactions / Items;

    /// <summary>Reads the shape off the data.</summary>
    /// <param name="sequences">Dense ids, oldest first.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="orderKnown">Whether the order means anything.</param>
    /// <param name="timesMs">A time for each interaction; null where unknown.</param>
    public static RulesShape Of(IReadOnlyList<int[]> sequences, int itemCount, bool orderKnown = true, IReadOnlyList<long[]>? timesMs = null)
    {
        var (count, interactions, repeats, later) = (0, 0L, 0L, 0L);
        var seen = new HashSet<int>();
        foreach (var sequence in sequences)
        {
            if (sequence.Length == 0) continue;
            seen.Clear();
            foreach (var item in sequence)
            {
                if (!seen.Add(item)) repeats++;
            }

            count++;
            interactions += sequence.Length;
            later += sequence.Length - 1;
        }

        var shape = new RulesShape(count, itemCount, interactions, later == 0 ? 0 : (double)repeats / later, orderKnown);
        return timesMs is null ? shape : shape with { SpanMs = Span(timesMs), GapMs = MedianGap(timesMs) };
    }

    private static long Span(IReadOnlyList<long[]> timesMs)
    {
        var (oldest, newest) = (long.MaxValue, long.MinValue);
        foreach (var time in timesMs.SelectMany(times => times)) (oldest, newest) = (Math.Min(oldest, time), Math.Max(newest, time));
        return newest < oldest ? 0 : newest - oldest;
    }

    private static long MedianGap(IReadOnlyList<long[]> timesMs)
    {
        var gaps = new List<long>();
        foreach (var times in timesMs)
        {
            for (var i = 1; i < times.Length; i++)
            {
                if (times[i] > times[i - 1]) gaps.Add(times[i] - times[i - 1]);
            }
        }

        gaps.Sort();
        return gaps.Count == 0 ? 0 : gaps[gaps.Count / 2];
    }
}
