namespace Recsys.Storage.Sqlite;

/// <summary>Reads of documents.</summary>
internal sealed class DocumentReads(StoreConnection connection)
{
    private readonly Statement _get = connection.Prepare("SELECT revision, content FROM documents WHERE collection = ? AND ns = ? AND key = ?");

    private readonly Statement _list = connection.Prepare(
        "SELECT ns, key, revision, content FROM documents WHERE collection = ?1 AND (ns, key) > (?2, ?3) ORDER BY ns, key LIMIT ?4");

    private readonly Statement _listOfNamespace = connection.Prepare(
        "SELECT ns, key, revision, content FROM documents WHERE collection = ?1 AND ns = ?2 AND key > ?3 ORDER BY key LIMIT ?4");

    public Document? Get(string collection, string ns, string key)
    {
        using var run = _get.Start();
        return run.Bind(1, collection).Bind(2, ns).Bind(3, key).Step()
            ? new Document(new DocumentKey(ns, key), run.Int64(0), run.BlobCopy(1))
            : null;
    }

    public List<Document> List(string collection, string? ns, DocumentKey? after, int maxCount)
    {
        // Keys aren't empty: the empty one comes before them all.
        string afterKey = after?.Key ?? "";
        if (ns is not null && after is { } pair)
        {
            int order = string.CompareOrdinal(pair.Namespace, ns);
            if (order > 0)
                return [];
            afterKey = order < 0 ? "" : pair.Key;
        }

        var documents = new List<Document>();
        using var run = (ns is null ? _list : _listOfNamespace).Start();
        run.Bind(1, collection).Bind(2, ns ?? after?.Namespace ?? "").Bind(3, afterKey).Bind(4, maxCount);
        while (run.Step())
            documents.Add(new Document(new DocumentKey(run.Text(0), run.Text(1)), run.Int64(2), run.BlobCopy(3)));
        return documents;
    }
}
