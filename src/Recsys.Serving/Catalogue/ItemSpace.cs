namespace Recsys.Serving.Catalogue;

/// <summary>
/// The items of one namespace: an open-addressing hash table of item numbers, whose ids live in a shared column. One writer; readers need no lock.
/// </summary>
/// <param name="ns">The namespace.</param>
/// <param name="index">Its index among the namespaces, from 1.</param>
internal sealed class ItemSpace(string ns, int index)
{
    private volatile uint[] _table = new uint[64];
    private int _count;

    /// <summary>The namespace.</summary>
    public string Namespace { get; } = ns;

    /// <summary>Its index among the namespaces, from 1.</summary>
    public int Index { get; } = index;

    /// <summary>The number of the item with this id, or 0.</summary>
    public uint Find(ReadOnlySpan<byte> id, PooledColumn<byte> ids)
    {
        var table = _table;
        for (var slot = Slot(id, table.Length); ; slot = (slot + 1) & (table.Length - 1))
        {
            var number = Volatile.Read(ref table[slot]);
            if (number == 0 || ids[number].SequenceEqual(id)) return number;
        }
    }

    /// <summary>Adds an item that isn't in yet and whose id is in the column already. Only under the owner's lock.</summary>
    public void Add(uint number, ReadOnlySpan<byte> id, PooledColumn<byte> ids)
    {
        if (2 * (_count + 1) > _table.Length)
        {
            var larger = new uint[2 * _table.Length];
            foreach (var old in _table)
            {
                if (old != 0) Insert(larger, old, ids[old]);
            }

            _table = larger;
        }

        Insert(_table, number, id);
        _count++;
    }

    private static void Insert(uint[] table, uint number, ReadOnlySpan<byte> id)
    {
        var slot = Slot(id, table.Length);
        while (table[slot] != 0) slot = (slot + 1) & (table.Length - 1);
        Volatile.Write(ref table[slot], number);
    }

    private static int Slot(ReadOnlySpan<byte> id, int length)
    {
        HashCode hash = default;
        hash.AddBytes(id);
        return hash.ToHashCode() & (length - 1);
    }
}
