using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>Whether the item is of one of some kinds.</summary>
/// <param name="mask">Bit n: kind n.</param>
internal sealed class KindNode(uint mask) : FilterNode
{
    public override int Cost => 1;

    public override bool Matches(in ItemFields item, in FilterContext context) => item.IsKnown && (mask & (1u << (int)item.Kind)) != 0;
}
