namespace Recsys.Serving.Catalogue;

/// <summary>The fixed-width columns of the mirror, indexed by item number.</summary>
/// <param name="size">Places.</param>
internal sealed class MirrorColumns(int size)
{
    /// <summary>Kind, maturity and flags; 0: never in the catalogue.</summary>
    public uint[] Packed { get; } = new uint[size];

    /// <summary>Number of the containing item; 0: none.</summary>
    public uint[] Parent { get; } = new uint[size];

    /// <summary>Place within the parent, from 1; 0: unordered.</summary>
    public int[] Ordinal { get; } = new int[size];

    /// <summary>Milliseconds a play takes; 0: unknown.</summary>
    public uint[] Duration { get; } = new uint[size];

    /// <summary>Unix ms; <see cref="long.MinValue"/>: unknown.</summary>
    public long[] Published { get; } = new long[size];

    /// <summary>Unix ms.</summary>
    public long[] Created { get; } = new long[size];

    /// <summary>A bit for each text of the item (<see cref="FieldKeys.Bit"/>).</summary>
    public ulong[] Signature { get; } = new ulong[size];

    /// <summary>The document's revision.</summary>
    public long[] Revision { get; } = new long[size];

    /// <summary>A larger copy.</summary>
    public MirrorColumns Grown(int newSize)
    {
        var grown = new MirrorColumns(newSize);
        Packed.CopyTo(grown.Packed, 0);
        Parent.CopyTo(grown.Parent, 0);
        Ordinal.CopyTo(grown.Ordinal, 0);
        Duration.CopyTo(grown.Duration, 0);
        Published.CopyTo(grown.Published, 0);
        Created.CopyTo(grown.Created, 0);
        Signature.CopyTo(grown.Signature, 0);
        Revision.CopyTo(grown.Revision, 0);
        return grown;
    }
}
