using Recsys.Serving.Experiments;
using Recsys.Serving.Lists;
using Recsys.Serving.Rules;

namespace Recsys.Serving.Shelves;

/// <summary>One shelf that is about to be made.</summary>
/// <param name="Screen">The shelves that it belongs to.</param>
/// <param name="Shelf">As asked.</param>
/// <param name="Choice">What rules it, and by which experiment.</param>
/// <param name="List">The ordinary list that it would be; its page size is the shelf's.</param>
/// <param name="Shown">What the users were shown often enough; null: nothing.</param>
internal sealed record ShelfPlan(ShelfScreen Screen, ShelfRequest Shelf, PlacementChoice Choice, ListRequest List, HashSet<uint>? Shown)
{
    /// <summary>What rules it.</summary>
    public CompiledPlacement Placement { get; } = CompiledPlacement.Of(Choice.Placement);

    /// <summary>What its title names.</summary>
    public Dictionary<string, string> TitleArgs { get; } = [];
}
