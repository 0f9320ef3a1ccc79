using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Filters.Nodes;

/// <summary>Whether the item has one of some texts in their fields.</summary>
/// <param name="keys">Keys of field and text (<see cref="FieldKeys.Of"/>).</param>
internal sealed class TextNode(ulong[] keys) : FilterNode
{
    // A vector instruction compares four keys of the item with one of these; from some number on it's quicker to look the item's keys up.
    private const int MaxScanned = 12;
    private readonly HashSet<ulong>? _many = keys.Length > MaxScanned ? [.. keys] : null;

    /// <summary>What it looks for.</summary>
    public ulong[] Keys => keys;

    public override int Cost => 4 * Math.Min(keys.Length, MaxScanned);

    public override IEnumerable<ulong> Masks => [keys.Aggregate(0UL, (mask, key) => mask | FieldKeys.Bit(key))];

    public override bool Matches(in ItemFields item, in FilterContext context)
    {
        var own = item.TextKeys;
        if (_many is not null) return HasOneOfMany(own, _many);
        foreach (var key in keys)
        {
            if (own.Contains(key)) return true;
        }

        return false;
    }

    private static bool HasOneOfMany(ReadOnlySpan<ulong> own, HashSet<ulong> keys)
    {
        foreach (var key in own)
        {
            if (keys.Contains(key)) return true;
        }

        return false;
    }
}
