using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>NOT.</summary>
internal sealed class NotNode(FilterNode part) : FilterNode
{
    public override int Cost => part.Cost;

    public override bool Matches(in ItemFields item, in FilterContext context) => !part.Matches(item, context);
}
