using System.Numerics;
using Recsys.Serving.Filters.Nodes;

namespace Recsys.Serving.Filters;

/// <summary>A parsed filter (docs/filters.md). Immutable; any number of threads may ask it at once.</summary>
public sealed class ItemFilter
{
    private const int MaxMasks = 4;
    private readonly FilterNode _root;
    private readonly ulong[] _masks;

    internal ItemFilter(string text, FilterNode root)
    {
        Text = text;
        _root = root;
        _masks = [.. root.Masks.Distinct().OrderBy(BitOperations.PopCount).Take(MaxMasks)];
    }

    /// <summary>The text it was parsed from.</summary>
    public string Text { get; }

    /// <summary>Whether the item passes. An item that the catalogue doesn't have passes no comparison.</summary>
    internal bool Matches(uint item, in FilterContext context) => MayMatch(item, context) && _root.Matches(context.Catalogue.Fields(item), context);

    /// <summary>False: the item doesn't pass. A look at one number, cheaper than the filter itself, which fails most items of a rare text.</summary>
    internal bool MayMatch(uint item, in FilterContext context)
    {
        if (_masks.Length == 0) return true;
        var signature = context.Catalogue.Signature(item);
        foreach (var mask in _masks)
        {
            if ((signature & mask) == 0) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
