using Recsys.Serving.Filters.Nodes;

namespace Recsys.Serving.Filters;

/// <summary>A parsed filter (docs/filters.md). Immutable; any number of threads may ask it at once.</summary>
public sealed class ItemFilter
{
    private readonly FilterNode _root;

    internal ItemFilter(string text, FilterNode root)
    {
        Text = text;
        _root = root;
    }

    /// <summary>The text it was parsed from.</summary>
    public string Text { get; }

    /// <summary>Whether the item passes. An item that the catalogue doesn't have passes no comparison.</summary>
    internal bool Matches(uint item, in FilterContext context) => _root.Matches(context.Catalogue.Fields(item), context);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
