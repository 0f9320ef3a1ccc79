namespace Recsys.Inference.Rules;

/// <summary>What <see cref="RulesPreset"/> looks at: counts and rates of a data set, never its name.</summary>
/// <param name="Sequences">Sequences of at least one interaction.</param>
/// <param name="Items">Dense ids.</param>
/// <param name="Interactions">Interactions in all.</param>
/// <param name="RepeatRate">Share of interactions, from a sequence's second on, whose item the sequence held already.</param>
/// <param name="OrderKnown">Whether a sequence's order means anything.</param>
/// <param name="TimesKnown">Whether times are known.</param>
public sealed record RulesShape(int Sequences, int Items, long Interactions, double RepeatRate, bool OrderKnown, bool TimesKnown)
{
    /// <summary>Interactions a sequence, on average; 0 where there are none.</summary>
    public double MeanLength => Sequences == 0 ? 0 : (double)Interactions / Sequences;

    /// <summary>Interactions an item, on average.</summary>
    public double PerItem => Items == 0 ? 0 : (double)Interactions / Items;

    /// <summary>Reads the shape off the data.</summary>
    /// <param name="sequences">Dense ids, oldest first.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="orderKnown">Whether the order means anything.</param>
    /// <param name="timesKnown">Whether times are known.</param>
    public static RulesShape Of(IReadOnlyList<int[]> sequences, int itemCount, bool orderKnown = true, bool timesKnown = false)
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

        return new(count, itemCount, interactions, later == 0 ? 0 : (double)repeats / later, orderKnown, timesKnown);
    }
}
