namespace Recsys.Serving.Catalogue;

/// <summary>
/// The children of containers that have an ordinal, in their order: the episodes of a season, the seasons of a series. Follows each write of an item, so that nobody has to look through the
/// catalogue for the next one. Children without an ordinal aren't here, so a container of a whole catalogue costs nothing. One writer at a time; readers need no lock.
/// </summary>
internal sealed class OrderedChildren
{
    private readonly PooledColumn<uint> _children = new();

    /// <summary>The ordered children of an item; of equal ordinals the lower number first.</summary>
    public ReadOnlySpan<uint> Of(uint parent) => _children[parent];

    /// <summary>Puts an item where its new content says. Only under the owner's lock.</summary>
    /// <param name="columns">Has the item's old parent and ordinal; receives the new ones.</param>
    /// <param name="number">The item.</param>
    /// <param name="parent">Number of its parent; 0: none.</param>
    /// <param name="ordinal">Its place there; 0: unordered.</param>
    public void Move(MirrorColumns columns, uint number, uint parent, int ordinal)
    {
        var (oldParent, oldOrdinal) = (columns.Parent[number], columns.Ordinal[number]);
        if (oldParent == parent && oldOrdinal == ordinal) return;
        if (IsOrdered(oldParent, oldOrdinal)) _children.Set(oldParent, Without(_children[oldParent], number));
        columns.Parent[number] = parent;
        columns.Ordinal[number] = ordinal;
        if (IsOrdered(parent, ordinal)) _children.Set(parent, With(_children[parent], number, columns.Ordinal));
    }

    private static bool IsOrdered(uint parent, int ordinal) => parent != 0 && ordinal > 0;

    private static uint[] Without(ReadOnlySpan<uint> children, uint number)
    {
        var at = children.IndexOf(number);
        return [.. children[..at], .. children[(at + 1)..]];
    }

    private static uint[] With(ReadOnlySpan<uint> children, uint number, int[] ordinals)
    {
        var (low, high) = (0, children.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var before = children[middle];
            if (ordinals[before] < ordinals[number] || (ordinals[before] == ordinals[number] && before < number)) low = middle + 1;
            else high = middle;
        }

        return [.. children[..low], number, .. children[low..]];
    }
}
