namespace Recsys.Inference.Index;

/// <summary>
/// Keeps the best of many scored items in the caller's span: a binary heap with the worst on top. Of equal scores the lower dense id wins, so a
/// list is the same whatever the order of offers. Scores that are not a number are never kept.
/// </summary>
public ref struct TopItems(Span<ScoredItem> best)
{
    private readonly Span<ScoredItem> _best = best;

    /// <summary>How many are kept so far.</summary>
    public int Count { get; private set; }

    /// <summary>The best of an array of scores, best first.</summary>
    /// <param name="scores">By dense id.</param>
    /// <param name="allowed">A bit a dense id, lowest first; empty to allow all. See <see cref="ItemMask"/>.</param>
    /// <param name="best">Receives them; its length is how many are wanted.</param>
    /// <returns>How many there are.</returns>
    public static int Select(ReadOnlySpan<float> scores, ReadOnlySpan<ulong> allowed, Span<ScoredItem> best)
    {
        ItemMask.Check(allowed, scores.Length);
        var top = new TopItems(best);
        top.OfferAll(0, scores, allowed);
        return top.Finish();
    }

    /// <summary>Whether an item would be kept: most fail here, before anything else is asked of them.</summary>
    public readonly bool Wants(int item, float score) => Count < _best.Length ? !float.IsNaN(score) : Count > 0 && IsBetter(new(item, score), _best[0]);

    /// <summary>Offers one item.</summary>
    public void Offer(int item, float score)
    {
        var candidate = new ScoredItem(item, score);
        if (Count < _best.Length)
        {
            if (!float.IsNaN(score)) Rise(candidate);
        }
        else if (Count > 0 && IsBetter(candidate, _best[0]))
        {
            Sink(candidate, 0);
        }
    }

    /// <summary>Sorts what was kept, best first, and returns how many there are; nothing may be offered afterwards.</summary>
    public readonly int Finish()
    {
        _best[..Count].Sort(static (a, b) => IsBetter(a, b) ? -1 : IsBetter(b, a) ? 1 : 0);
        return Count;
    }

    /// <summary>Offers scores of items that follow one another.</summary>
    internal void OfferAll(int first, scoped ReadOnlySpan<float> scores, scoped ReadOnlySpan<ulong> allowed)
    {
        for (var i = 0; i < scores.Length; i++)
        {
            // Most scores fail this one comparison.
            if (Count == _best.Length && !(Count > 0 && scores[i] >= _best[0].Score)) continue;
            if (allowed.IsEmpty || ItemMask.IsSet(allowed, first + i)) Offer(first + i, scores[i]);
        }
    }

    private static bool IsBetter(ScoredItem a, ScoredItem b) => a.Score > b.Score || (a.Score == b.Score && a.Item < b.Item);

    private void Rise(ScoredItem item)
    {
        var at = Count++;
        while (at > 0 && IsBetter(_best[(at - 1) / 2], item))
        {
            _best[at] = _best[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        _best[at] = item;
    }

    private readonly void Sink(ScoredItem item, int at)
    {
        while ((2 * at) + 1 < Count)
        {
            var child = (2 * at) + 1;
            if (child + 1 < Count && IsBetter(_best[child], _best[child + 1])) child++;
            if (!IsBetter(item, _best[child])) break;
            _best[at] = _best[child];
            at = child;
        }

        _best[at] = item;
    }
}
