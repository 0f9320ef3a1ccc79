using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>A part of a parsed filter. Immutable, and without an allocation an item.</summary>
internal abstract class FilterNode
{
    /// <summary>About how much an answer costs, in comparisons of two numbers: the cheap parts of an AND or OR are asked first.</summary>
    public abstract int Cost { get; }

    /// <summary>Masks of signatures: an item that has no bit of one of these in its <see cref="ItemFields.Signature"/> doesn't pass.</summary>
    public virtual IEnumerable<ulong> Masks => [];

    /// <summary>Whether the item passes.</summary>
    public abstract bool Matches(in ItemFields item, in FilterContext context);
}
