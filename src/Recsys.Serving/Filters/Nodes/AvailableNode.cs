using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>Whether the item's availability windows hold at the list's moment in a country.</summary>
/// <param name="country">As <see cref="ListFilter.Country"/>; null: the request's.</param>
internal sealed class AvailableNode(ushort? country) : FilterNode
{
    public override int Cost => 8;

    public override bool Matches(in ItemFields item, in FilterContext context) =>
        item.IsKnown && context.Catalogue.IsAvailable(item.Number, country ?? context.CountryCode, context.NowMs);
}
