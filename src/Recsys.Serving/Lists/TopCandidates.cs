namespace Recsys.Serving.Lists;

/// <summary>Keeps the best candidates in the caller's spans: a binary heap with the worst on top. Of equal scores the lower item number is better.</summary>
/// <param name="items">Receives the items; its length is how many are wanted.</param>
/// <param name="scores">Receives their scores; as long as <paramref name="items"/>.</param>
internal ref struct TopCandidates(Span<uint> items, Span<float> scores)
{
    private readonly Span<uint> _items = items;
    private readonly Span<float> _scores = scores;

    public int Count { get; private set; }

    /// <summary>Whether a candidate would be kept. Most fail here, before their filter is asked.</summary>
    public readonly bool Wants(uint item, float score) => Count < _items.Length || (Count > 0 && IsWorse(_scores[0], _items[0], score, item));

    /// <summary>Keeps a candidate that <see cref="Wants"/> allowed, in place of the worst where there is no room.</summary>
    public void Keep(uint item, float score)
    {
        if (Count < _items.Length) Rise(item, score);
        else Sink(item, score);
    }

    /// <summary>Sorts what was kept, best first, and returns how many there are. Nothing can be kept afterwards.</summary>
    public readonly int Finish()
    {
        // Order by descending score, then ascending item: sort on the negated score, then put runs of equal scores in order.
        var items = _items[..Count];
        var scores = _scores[..Count];
        for (var i = 0; i < scores.Length; i++) scores[i] = -scores[i];
        scores.Sort(items);
        for (var from = 0; from < scores.Length;)
        {
            var to = from + 1;
            while (to < scores.Length && scores[to].Equals(scores[from])) to++;
            if (to - from > 1) items[from..to].Sort();
            from = to;
        }

        for (var i = 0; i < scores.Length; i++) scores[i] = -scores[i];
        return Count;
    }

    private static bool IsWorse(float score, uint item, float thanScore, uint thanItem) => score < thanScore || (score.Equals(thanScore) && item > thanItem);

    private void Rise(uint item, float score)
    {
        var at = Count++;
        while (at > 0 && IsWorse(score, item, _scores[(at - 1) / 2], _items[(at - 1) / 2]))
        {
            (_scores[at], _items[at]) = (_scores[(at - 1) / 2], _items[(at - 1) / 2]);
            at = (at - 1) / 2;
        }

        (_scores[at], _items[at]) = (score, item);
    }

    private readonly void Sink(uint item, float score)
    {
        var at = 0;
        while ((2 * at) + 1 < Count)
        {
            var child = (2 * at) + 1;
            if (child + 1 < Count && IsWorse(_scores[child + 1], _items[child + 1], _scores[child], _items[child])) child++;
            if (!IsWorse(_scores[child], _items[child], score, item)) break;
            (_scores[at], _items[at]) = (_scores[child], _items[child]);
            at = child;
        }

        (_scores[at], _items[at]) = (score, item);
    }
}
