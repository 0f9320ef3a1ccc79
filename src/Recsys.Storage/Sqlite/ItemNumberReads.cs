namespace Recsys.Storage.Sqlite;

/// <summary>Reads of item numbers.</summary>
internal sealed class ItemNumberReads(StoreConnection connection, NamespaceTable namespaces)
{
    private readonly Statement _find = connection.Prepare("SELECT number FROM items WHERE ns = ? AND item_id = ?");
    private readonly Statement _list = connection.Prepare("SELECT number, ns, item_id FROM items WHERE number > ? ORDER BY number LIMIT ?");

    /// <summary>The numbers of all the items, or null if one has none yet.</summary>
    public uint[]? FindAll(string ns, IReadOnlyList<string> itemIds)
    {
        if (!namespaces.TryGetNumber(ns, out long nsNumber))
            return null;
        uint[] numbers = new uint[itemIds.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            using var run = _find.Start();
            if (!run.Bind(1, nsNumber).Bind(2, itemIds[i]).Step())
                return null;
            numbers[i] = (uint)run.Int64(0);
        }

        return numbers;
    }

    public List<ItemNumber> List(uint afterNumber, int maxCount)
    {
        var items = new List<ItemNumber>();
        using var run = _list.Start();
        run.Bind(1, afterNumber).Bind(2, maxCount);
        while (run.Step())
            items.Add(new ItemNumber((uint)run.Int64(0), namespaces.GetName(run.Int64(1)), run.Text(2)));
        return items;
    }
}
