using Recsys.Serving.Catalogue;
using Recsys.Serving.Filters;
using Recsys.Serving.Steering;

namespace Recsys.Serving.Lists;

/// <summary>Decides whether an item may be in a list. Asked only of items that are good enough to get in, so it's not a mask over the whole catalogue.</summary>
internal sealed class CandidateFilter(CatalogueMirror catalogue, ListFilter filter)
{
    // A field, so that it's handed on by reference.
    private readonly FilterContext _filterContext;

    /// <summary>What the users have seen and the list leaves out; null: nothing.</summary>
    public SeenItems? Seen { get; init; }

    /// <summary>What the request leaves out, or null.</summary>
    public HashSet<uint>? Excluded { get; init; }

    /// <summary>What reasons and titles don't name either: <see cref="Excluded"/> without what earlier shelves have. Null: nothing.</summary>
    public HashSet<uint>? Unnamed { get; init; }

    /// <summary>What the request wants alone, or null for everything.</summary>
    public uint[]? Included { get; init; }

    /// <summary>The store is down, so nobody knows the users' maturity ceilings: the catalogue's items must pass this filter too. Null: all is well.</summary>
    public ListFilter? Cautious { get; init; }

    /// <summary>What reasons and titles may name at most: whatever the users may see, of any kind.</summary>
    public required ListFilter Nameable { get; init; }

    /// <summary>The request's filter, or null.</summary>
    public ItemFilter? Filter { get; init; }

    /// <summary>The placement's filter, or null.</summary>
    public ItemFilter? PlacementFilter { get; init; }

    /// <summary>What the users were shown often enough, or null.</summary>
    public HashSet<uint>? Shown { get; init; }

    /// <summary>Where the list is shown; empty: unknown.</summary>
    public string Country { get; init; } = "";

    /// <summary>What the users want; null: they said nothing.</summary>
    public ListSteering? Steering { get; init; }

    /// <summary>Whether items of which less is wanted may be in the list after all, because nothing else was left.</summary>
    public bool TakesDropped { get; set; }

    /// <summary>What the filters are asked for; made only where there is one.</summary>
    public FilterContext Context { get => _filterContext; init => _filterContext = value; }

    /// <summary>Whether the item may be in the list, <see cref="Included"/> aside. What costs least is asked first, the filter last.</summary>
    public bool Allows(uint item) =>
        MayBeShown(item) && MayPass(item) && Excluded?.Contains(item) != true && Seen?.Contains(item) != true && Shown?.Contains(item) != true && !IsDropped(item) && Passes(item);

    /// <summary>As <see cref="Allows"/> with <see cref="Included"/>, but for what the users have seen or were shown: what holds for an item that's pinned.</summary>
    public bool MayBePinned(uint item) => IsEligible(item) && Excluded?.Contains(item) != true && !IsDropped(item) && (Included is null || Array.BinarySearch(Included, item) >= 0);

    /// <summary>Whether the catalogue and the request's filters let it be in any list of this kind.</summary>
    public bool IsEligible(uint item) => MayBeShown(item) && Passes(item);

    /// <summary>
    /// Whether a reason or a title may name the item: the users may see it and don't refuse it, and neither request nor placement leaves it out. Who keeps something out of a list doesn't want to
    /// read of it there.
    /// </summary>
    public bool MayBeNamed(uint item) => catalogue.IsEligible(item, Nameable) && Unnamed?.Contains(item) != true && Passes(item);

    /// <summary>As <see cref="MayBeNamed"/>, of an item that the request itself names: what it leaves out of the shelf says nothing of the title.</summary>
    public bool MayNameAsAsked(uint item) =>
        catalogue.IsEligible(item, Nameable) && Steering?.Refuses(item) != true && PlacementFilter?.Matches(item, _filterContext) != false;

    private bool MayPass(uint item) => Filter?.MayMatch(item, _filterContext) != false && PlacementFilter?.MayMatch(item, _filterContext) != false;

    private bool IsDropped(uint item) => !TakesDropped && Steering?.Dropped(item) == true;

    private bool Passes(uint item) => Steering?.Refuses(item) != true && Filter?.Matches(item, _filterContext) != false && PlacementFilter?.Matches(item, _filterContext) != false;

    private bool MayBeShown(uint item) =>
        catalogue.IsEligible(item, filter) && (Cautious is not { } cautious || !catalogue.IsKnown(item) || catalogue.IsEligible(item, cautious));
}
