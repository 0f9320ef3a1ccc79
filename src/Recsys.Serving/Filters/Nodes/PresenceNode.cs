using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>Whether the item has a field of the contract.</summary>
/// <param name="field">Which; none: one that every item of the catalogue has.</param>
internal sealed class PresenceNode(PresentFields field) : FilterNode
{
    public override int Cost => 1;

    public override bool Matches(in ItemFields item, in FilterContext context) => field == PresentFields.None ? item.IsKnown : item.Has(field);
}
