namespace Recsys.Serving.Lists;

/// <summary>A list of similar or trending items.</summary>
/// <param name="Items">Best first.</param>
/// <param name="NextPageToken">For the next page; empty: none.</param>
/// <param name="ModelVersion">Whose vectors were compared; empty: none.</param>
public sealed record PlainList(IReadOnlyList<RankedItem> Items, string NextPageToken, string ModelVersion);
