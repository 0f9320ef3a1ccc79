using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;

namespace Recsys.Serving.Shelves;

/// <summary>The items of one shelf that are no ordinary list, as callers see them, best first.</summary>
/// <param name="items">Their ids.</param>
/// <param name="catalogue">Their titles.</param>
/// <param name="plan">The shelf.</param>
/// <param name="filter">What may be on it.</param>
internal sealed class ShelfItems(ItemNumbers items, CatalogueMirror catalogue, ShelfPlan plan, CandidateFilter filter)
{
    private readonly List<RankedItem> _items = new(plan.List.PageSize);

    /// <summary>What is on it.</summary>
    public IReadOnlyList<RankedItem> Items => _items;

    /// <summary>Whether nothing more fits.</summary>
    public bool IsFull => _items.Count == plan.List.PageSize;

    /// <summary>Whether a reason may name an item.</summary>
    public bool MayName(uint item) => filter.MayBeNamed(item);

    /// <summary>Adds an item, where there is room and the rules allow it.</summary>
    public void Offer(uint item, double score, ListReason reason, PlayedProgress? progress = null)
    {
        if (IsFull || !filter.Allows(item)) return;
        _items.Add(new(items.IdOf(item), _items.Count, score, 1, catalogue.Title(item, plan.Screen.Locale), [reason]) { Progress = progress });
    }
}
