namespace Recsys.Serving.Lists;

/// <summary>Items by decayed count.</summary>
/// <param name="Items">Most first.</param>
/// <param name="Counts">Their counts as of <paramref name="TimeMs"/>.</param>
/// <param name="TimeMs">Unix ms.</param>
internal sealed record TrendingRanking(uint[] Items, double[] Counts, long TimeMs);
