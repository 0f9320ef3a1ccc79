using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>Whether the item has a text of the request in a field.</summary>
/// <param name="field">The field's key.</param>
/// <param name="text">Which text.</param>
internal sealed class TextOfContextNode(ulong field, ContextText text) : FilterNode
{
    public override int Cost => 5;

    public override bool Matches(in ItemFields item, in FilterContext context) =>
        context.TextHash(text) is var hash and not 0 && item.TextKeys.Contains(FieldKeys.Of(field, hash));
}
