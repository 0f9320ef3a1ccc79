using Recsys.Inference.Index;
using Recsys.Inference.Rules;

namespace Recsys.Inference.Evaluation.Baselines;

/// <summary>
/// Sequential rules (SR: Kamehkhosh, Jannach and Ludewig 2017; Ludewig and Jannach 2018, eq. 3): what came after the last item within a few steps, each time
/// counting 1 / distance, the strongest kept for each item. Of equal rules the lower dense id is kept. Only the last item of a history counts.
/// </summary>
public sealed class SequentialRules : IBaseline
{
    private readonly ItemRules _rules;

    private SequentialRules(ItemRules rules) => _rules = rules;

    /// <inheritdoc/>
    public string Name => "sequential rules";

    /// <summary>Counts rules, those of an item for itself included.</summary>
    /// <param name="sequences">Each session's dense ids, oldest first; a session of one item has no rule.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="steps">How far after an item another may come, at least 1.</param>
    /// <param name="kept">Rules kept for each item, at least 1.</param>
    public static SequentialRules Fit(IReadOnlyList<int[]> sequences, int itemCount, int steps = 10, int kept = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(itemCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 1);
        var counts = new Dictionary<int, double>?[itemCount];
        foreach (var sequence in sequences)
        {
            for (var i = 0; i + 1 < sequence.Length; i++)
            {
                var row = counts[sequence[i]] ??= [];
                for (var j = i + 1; j < Math.Min(sequence.Length, i + 1 + steps); j++)
                {
                    row[sequence[j]] = row.GetValueOrDefault(sequence[j]) + (1.0 / (j - i));
                }
            }
        }

        var rows = new RuleRows(itemCount, kept);
        for (var i = 0; i < itemCount; i++)
        {
            ScoredItem[] row = counts[i] is { } found ? [.. found.Select(pair => new ScoredItem(pair.Key, (float)pair.Value))] : [];
            rows.Set(i, row);
        }

        return new(rows.Join(new(1, 1, 0, 1)));
    }

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> history, Span<float> scores)
    {
        scores.Clear();
        _rules.Score(history, [], scores);
    }
}
