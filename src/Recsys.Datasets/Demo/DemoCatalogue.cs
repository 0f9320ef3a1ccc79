namespace Recsys.Datasets.Demo;

/// <summary>The demo world's items.</summary>
/// <param name="Items">All of them, parents before children.</param>
/// <param name="Works">The playable ones.</param>
internal sealed record DemoCatalogue(IReadOnlyList<DatasetItem> Items, IReadOnlyList<DemoWork> Works)
{
    private readonly Dictionary<(DatasetItemKind, int), DemoWork[]> _entries = Works
        .Where(w => w.Kind != DatasetItemKind.Episode || w.Item is { Ordinal: 1 } && w.Item.ParentId!.EndsWith("-s1", StringComparison.Ordinal))
        .GroupBy(w => (w.Kind, w.Genre))
        .ToDictionary(g => g.Key, g => g.ToArray());

    /// <summary>What somebody new can start with: games, films, and the first episodes of series.</summary>
    public IReadOnlyList<DemoWork> Entries(DatasetItemKind kind, int genre) => _entries.GetValueOrDefault((kind, genre)) ?? [];
}
