using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Lists;

/// <summary>Decides whether an item may be in a list. Asked only of items that are good enough to get in, so it's not a mask over the whole catalogue.</summary>
internal sealed class CandidateFilter(CatalogueMirror catalogue, ListFilter filter)
{
    /// <summary>What the users have seen and the list leaves out; null: nothing.</summary>
    public SeenItems? Seen { get; init; }

    /// <summary>What the request leaves out, or null.</summary>
    public HashSet<uint>? Excluded { get; init; }

    /// <summary>What the request wants alone, or null for everything.</summary>
    public uint[]? Included { get; init; }

    /// <summary>The store is down, so nobody knows the users' maturity ceilings: the catalogue's items must pass this filter too. Null: all is well.</summary>
    public ListFilter? Cautious { get; init; }

    /// <summary>Whether the item may be in the list, <see cref="Included"/> aside.</summary>
    public bool Allows(uint item) => IsEligible(item) && Excluded?.Contains(item) != true && Seen?.Contains(item) != true;

    /// <summary>Whether the catalogue and the request's filters let it be in any list of this kind.</summary>
    public bool IsEligible(uint item) =>
        catalogue.IsEligible(item, filter) && (Cautious is not { } cautious || !catalogue.IsKnown(item) || catalogue.IsEligible(item, cautious));
}
