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

    /// <summary>The OR of the parts; comparisons of texts become one, whatever their fields, and so do those of one number with constants: however many they are, an item is looked up once.</summary>
    public static FilterNode Of(List<FilterNode> parts)
    {
        parts = [.. parts.SelectMany(static part => part is AnyNode any ? any._parts : [part])];
        var texts = parts.OfType<TextNode>().ToList();
        if (texts.Count > 1) parts = [.. parts.Where(part => part is not TextNode), new TextNode([.. texts.SelectMany(text => text.Keys).Distinct()])];
        foreach (var same in parts.OfType<NumberInNode>().Where(static part => part.Values is not null).GroupBy(static part => part.Number).Where(static same => same.Count() > 1).ToList())
        {
            var merged = same.ToHashSet<FilterNode>();
            parts = [.. parts.Where(part => !merged.Contains(part)), new NumberInNode(same.Key, [.. same.SelectMany(static part => part.Values!)])];
        }

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
