using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>Copies item numbers: the target gives out the same ones, because they are asked for in their order.</summary>
internal static class ItemNumberCopy
{
    private const int PageSize = 1_000;

    public static async Task RunAsync(IRecsysStore source, IRecsysStore target, MigrationCounts counts, CancellationToken cancellationToken)
    {
        var after = 0u;
        while (await source.ListItemNumbersAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            var there = await target.ListItemNumbersAsync(after, page.Count, cancellationToken);
            for (var i = 0; i < there.Count; i++) Require(page[i], there[i]);
            await AllocateAsync(target, page, there.Count, cancellationToken);
            counts.AddItems(page.Count - there.Count, there.Count);
            after = page[^1].Number;
        }
    }

    /// <summary>Allocates the rest of a page, a call for each run of one namespace.</summary>
    private static async Task AllocateAsync(IRecsysStore target, IReadOnlyList<ItemNumber> page, int start, CancellationToken cancellationToken)
    {
        while (start < page.Count)
        {
            var end = start;
            while (end < page.Count && page[end].Namespace == page[start].Namespace) end++;
            string[] ids = [.. page.Skip(start).Take(end - start).Select(item => item.ItemId)];
            var numbers = await target.AllocateItemNumbersAsync(page[start].Namespace, ids, cancellationToken);
            for (var i = start; i < end; i++) Require(page[i], page[i] with { Number = numbers[i - start] });
            start = end;
        }
    }

    private static void Require(ItemNumber expected, ItemNumber found)
    {
        if (expected == found) return;
        throw new MigrationException(
            $"Item '{expected.ItemId}' of namespace '{expected.Namespace}' has number {expected.Number} in the source, but the target has {found.Number} for item '{found.ItemId}' "
            + $"of namespace '{found.Namespace}': somebody else wrote to it. Empty it and begin again.");
    }
}
