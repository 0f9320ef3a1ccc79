namespace Recsys.Storage.Sqlite;

/// <summary>One of the pooled connections for reading, with its prepared reads. One caller uses it at a time.</summary>
internal sealed class ReadSession : IDisposable
{
    private readonly StoreConnection _connection;
    private readonly Statement _begin;
    private readonly Statement _end;

    public ReadSession(StoreConnection connection, NamespaceTable namespaces)
    {
        _connection = connection;
        _begin = connection.Prepare("BEGIN");
        _end = connection.Prepare("COMMIT");
        Users = new UserReads(connection, namespaces);
        Log = new LogReads(connection, namespaces);
        Items = new ItemNumberReads(connection, namespaces);
        Documents = new DocumentReads(connection);
    }

    public UserReads Users { get; }

    public LogReads Log { get; }

    public ItemNumberReads Items { get; }

    public DocumentReads Documents { get; }

    /// <summary>Reads from one snapshot; several statements then share the cost of taking it.</summary>
    public T Read<TArguments, T>(TArguments arguments, Func<ReadSession, TArguments, T> read)
    {
        _begin.Execute();
        T result = read(this, arguments);
        _end.Execute();
        return result;
    }

    public void Dispose() => _connection.Dispose();
}
