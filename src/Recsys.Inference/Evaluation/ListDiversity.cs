namespace Recsys.Inference.Evaluation;

/// <summary>What lists are like beside being right.</summary>
/// <param name="Novelty">Mean self-information of the items shown, in bits; see <see cref="Of"/>.</param>
/// <param name="Gini">How unequally exposure is spread over the items, 0 to 1; see <see cref="Of"/>.</param>
public readonly record struct ListDiversity(double Novelty, double Gini)
{
    /// <summary>
    /// Of the first <paramref name="k"/> items of each list:
    /// <para>Novelty (Zhou et al. 2010; Castells, Vargas and Wang 2011): the mean over all places shown of -log2 p(item), where p(item) is the item's share of the
    /// training interactions; an item that has none counts as if it had one. Higher: less of what everybody knows already.</para>
    /// <para>Gini (Gini 1912, as in Castells, Hurley and Vargas 2015): with x(1) &lt;= ... &lt;= x(n) how often each of all n items is shown,
    /// G = sum over i of (2 i - n - 1) x(i) / ((n - 1) sum x). 0: all items are shown equally often; 1: only one is ever shown.</para>
    /// </summary>
    /// <param name="cases">The lists; items by dense id.</param>
    /// <param name="k">How much of each list counts.</param>
    /// <param name="interactions">Training interactions of each item, by dense id.</param>
    public static ListDiversity Of(RankedCases cases, int k, ReadOnlySpan<int> interactions)
    {
        long all = 0;
        foreach (var count in interactions) all += Math.Max(count, 1);
        var shown = new long[interactions.Length];
        for (var at = 0; at < cases.Count; at++)
        {
            var list = cases.Shown(at);
            foreach (var item in list[..Math.Min(list.Length, k)]) shown[item]++;
        }

        var (bits, places) = (0.0, 0L);
        for (var item = 0; item < shown.Length; item++)
        {
            bits += shown[item] * Math.Log2((double)all / Math.Max(interactions[item], 1));
            places += shown[item];
        }

        return places == 0 ? default : new(bits / places, GiniOf(shown));
    }

    private static double GiniOf(long[] shown)
    {
        if (shown.Length < 2) return 0;
        Array.Sort(shown);
        var (weighted, sum) = (0.0, 0L);
        for (var i = 0; i < shown.Length; i++)
        {
            weighted += ((2.0 * (i + 1)) - shown.Length - 1) * shown[i];
            sum += shown[i];
        }

        return weighted / ((shown.Length - 1) * (double)sum);
    }
}
