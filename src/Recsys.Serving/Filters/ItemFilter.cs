using System.Numerics;
using Recsys.Serving.Filters.Nodes;

namespace Recsys.Serving.Filters;

/// <summary>A parsed filter (docs/filters.md). Immutable; any number of threads may ask it at once.</summary>
public sealed class ItemFilter
{
    private const int MaxMasks = 4;
    private readonly FilterNode _root;
    private readonly ulong[] _masks;

    internal ItemFilter(string text, FilterNode root, int terms)
    {
        (Text, Terms) = (text, terms);
        Cost = root.Cost;
        _root = root;
        _masks = [.. root.Masks.Distinct().OrderBy(BitOperations.PopCount).Take(MaxMasks)];
    }

    /// <summary>The text it was parsed from.</summary>
    public string Text { get; }

    /// <summary>Its values to compare with, HAS and available_in, all together; at most <see cref="FilterParser.MaxTerms"/>.</summary>
    internal int Terms { get; }

    /// <summary>About how much an answer costs, in comparisons of two numbers.</summary>
    internal int Cost { get; }

    /// <summary>Whether the item passes. An item that the catalogue doesn't have passes no comparison.</summary>
    /// <exception cref="OperationCanceledException">The call that asks is over.</exception>
    internal bool Matches(uint item, in FilterContext context)
    {
        if (!MayMatch(item, context)) return false;
        if (context.Work is not { } work) return Ask(item, context);
        work.ThrowIfOver();
        return Cost >= FilterWork.DearCost ? work.Matches(this, item, context) : Ask(item, context);
    }

    /// <summary>As <see cref="Matches"/>, of an item that may match, and asked anew.</summary>
    internal bool Ask(uint item, in FilterContext context) => _root.Matches(context.Catalogue.Fields(item), context);

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
