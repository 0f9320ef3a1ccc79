using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>Whether a text of the request is one of some texts.</summary>
/// <param name="text">Which text.</param>
/// <param name="values">Hashes of the texts; null: any.</param>
internal sealed class ContextTextNode(ContextText text, HashSet<ulong>? values) : FilterNode
{
    public override int Cost => 1;

    public override bool Matches(in ItemFields item, in FilterContext context) =>
        context.TextHash(text) is var hash and not 0 && (values is null || values.Contains(hash));
}
