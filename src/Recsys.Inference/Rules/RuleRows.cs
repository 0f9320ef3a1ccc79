using Recsys.Inference.Index;

namespace Recsys.Inference.Rules;

/// <summary>Collects each source's strongest targets, from any thread, and joins them.</summary>
internal sealed class RuleRows(int itemCount, int targets)
{
    private readonly int[][] _targets = new int[itemCount][];
    private readonly float[][] _weights = new float[itemCount][];

    /// <summary>Keeps a source's largest positive weights, the largest first; of equal ones the lower dense id.</summary>
    internal void Set(int source, ReadOnlySpan<float> weights)
    {
        var best = new ScoredItem[Math.Min(targets, weights.Length)];
        var top = new TopItems(best);
        for (var j = 0; j < weights.Length; j++)
        {
            if (weights[j] > 0) top.Offer(j, weights[j]);
        }

        Keep(source, best.AsSpan(0, top.Finish()));
    }

    /// <summary>As with a whole row, of items that have a weight.</summary>
    internal void Set(int source, ReadOnlySpan<ScoredItem> weights)
    {
        var best = new ScoredItem[Math.Min(targets, weights.Length)];
        var top = new TopItems(best);
        foreach (var (item, weight) in weights)
        {
            if (weight > 0) top.Offer(item, weight);
        }

        Keep(source, best.AsSpan(0, top.Finish()));
    }

    internal ItemRules Join(RulesDecay decay)
    {
        var offsets = new int[itemCount + 1];
        for (var i = 0; i < itemCount; i++) offsets[i + 1] = checked(offsets[i] + _targets[i].Length);
        return new(offsets, [.. _targets.SelectMany(row => row)], [.. _weights.SelectMany(row => row)], decay);
    }

    private void Keep(int source, ReadOnlySpan<ScoredItem> kept)
    {
        var (ids, values) = (new int[kept.Length], new float[kept.Length]);
        for (var i = 0; i < kept.Length; i++) (ids[i], values[i]) = (kept[i].Item, kept[i].Score);
        (_targets[source], _weights[source]) = (ids, values);
    }
}
