namespace Recsys.Storage.Sqlite;

/// <summary>Writes of documents. Only within the writer's transaction.</summary>
internal sealed class DocumentWrites
{
    private readonly WriteSession _session;
    private readonly Statement _find;
    private readonly Statement _insert;
    private readonly Statement _update;
    private readonly Statement _delete;

    public DocumentWrites(StoreConnection connection, WriteSession session)
    {
        _session = session;
        _find = connection.Prepare("SELECT document, revision FROM documents WHERE collection = ? AND ns = ? AND key = ?");
        _insert = connection.Prepare("INSERT INTO documents (collection, ns, key, revision, content) VALUES (?, ?, ?, ?, ?)");
        _update = connection.Prepare("UPDATE documents SET revision = ?, content = ? WHERE document = ?");
        _delete = connection.Prepare("DELETE FROM documents WHERE document = ?");
    }

    /// <summary>Writes or deletes one document, or nothing if the revision isn't the expected one.</summary>
    public CommitResult Put(DocumentWrite write)
    {
        long document = 0;
        long stored = 0;
        using (var find = _find.Start())
        {
            if (find.Bind(1, write.Collection).Bind(2, write.Key.Namespace).Bind(3, write.Key.Key).Step())
                (document, stored) = (find.Int64(0), find.Int64(1));
        }

        if (write.ExpectedRevision is { } expected && expected != stored)
            return new CommitResult(CommitStatus.Conflict, stored);
        if (write.Content is not { } content)
        {
            Delete(document);
            return new CommitResult(CommitStatus.Committed, 0);
        }

        long revision = _session.NextRevision();
        if (document == 0)
            Insert(write, revision, content.Span);
        else
            Update(document, revision, content.Span);
        return new CommitResult(CommitStatus.Committed, revision);
    }

    private void Insert(DocumentWrite write, long revision, ReadOnlySpan<byte> content)
    {
        using var run = _insert.Start();
        run.Bind(1, write.Collection).Bind(2, write.Key.Namespace).Bind(3, write.Key.Key).Bind(4, revision).Bind(5, content).Step();
    }

    private void Update(long document, long revision, ReadOnlySpan<byte> content)
    {
        using var run = _update.Start();
        run.Bind(1, revision).Bind(2, content).Bind(3, document).Step();
    }

    private void Delete(long document)
    {
        if (document == 0)
            return;
        using var run = _delete.Start();
        run.Bind(1, document).Step();
    }
}
