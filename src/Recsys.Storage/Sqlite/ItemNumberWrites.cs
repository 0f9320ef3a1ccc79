namespace Recsys.Storage.Sqlite;

/// <summary>Allocates item numbers. Only within the writer's transaction.</summary>
internal sealed class ItemNumberWrites
{
    private readonly WriteSession _session;
    private readonly Statement _find;
    private readonly Statement _insert;

    public ItemNumberWrites(StoreConnection connection, WriteSession session)
    {
        _session = session;
        _find = connection.Prepare("SELECT number FROM items WHERE ns = ? AND item_id = ?");
        _insert = connection.Prepare("INSERT INTO items (number, ns, item_id) VALUES (?, ?, ?)");
    }

    /// <summary>The item's number, a new one if it has none yet.</summary>
    public uint Allocate(string ns, string itemId)
    {
        long nsNumber = _session.Namespaces.GetOrStore(ns);
        using (var find = _find.Start())
        {
            if (find.Bind(1, nsNumber).Bind(2, itemId).Step())
                return checked((uint)find.Int64(0));
        }

        long number = _session.NextItem();
        if (number > uint.MaxValue)
            throw new InvalidOperationException($"All {uint.MaxValue} item numbers of the store are given out.");
        using var run = _insert.Start();
        run.Bind(1, number).Bind(2, nsNumber).Bind(3, itemId).Step();
        return (uint)number;
    }
}
