using System.Numerics;
using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>OR.</summary>
internal sealed class AnyNode(IEnumerable<FilterNode> parts) : FilterNode
{
    private readonly FilterNode[] _parts = [.. parts.OrderBy(part => part.Cost)];

    public override int Cost => _parts.Sum(part => part.Cost);

    /// <summary>Of each part one mask will do, and the narrowest is best; a part without a mask lets everything through.</summary>
    public override IEnumerable<ulong> Masks
    {
        get
        {
            var masks = _parts.Select(part => part.Masks.DefaultIfEmpty().MinBy(BitOperations.PopCount)).ToList();
            return masks.Contains(0) ? [] : [masks.Aggregate((all, mask) => all | mask)];
        }
    }

    /// <summary>The OR of the parts; comparisons of texts become one, whatever their fields.</summary>
    public static FilterNode Of(List<FilterNode> parts)
    {
        var texts = parts.OfType<TextNode>().ToList();
        if (texts.Count > 1) parts = [.. parts.Where(part => part is not TextNode), new TextNode([.. texts.SelectMany(text => text.Keys).Distinct()])];
        return parts.Count == 1 ? parts[0] : new AnyNode(parts);
    }

    public override bool Matches(in ItemFields item, in FilterContext context)
    {
        foreach (var part in _parts)
        {
            if (part.Matches(item, context)) return true;
        }

        return false;
    }
}
