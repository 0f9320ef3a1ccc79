using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Recsys.Storage.Sqlite;

/// <summary>Connections for reading. They see what is committed and never wait for the writer (SQLite's write-ahead log).</summary>
internal sealed class ReadPool(string path, SqliteStoreOptions options, NamespaceTable namespaces)
{
    private readonly SemaphoreSlim _free = new(options.MaxReadConnections);
    private readonly ConcurrentBag<ReadSession> _idle = [];
    private volatile bool _closed;

    /// <summary>Reads on the calling thread with a connection of the pool.</summary>
    /// <exception cref="StoreUnavailableException">The file can't be read.</exception>
    public async ValueTask<T> ReadAsync<TArguments, T>(
        TArguments arguments, Func<ReadSession, TArguments, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        ReadSession? session = null;
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
            if (!_idle.TryTake(out session))
                session = Open();
            T result = session.Read(arguments, read);
            _idle.Add(session);
            session = null;
            return result;
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Unavailable(path, error);
        }
        finally
        {
            // A connection that failed is not used again.
            session?.Dispose();
            _free.Release();
        }
    }

    /// <summary>Waits for the reads under way and closes the connections. Later reads are refused.</summary>
    public async ValueTask CloseAsync()
    {
        _closed = true;
        for (int i = 0; i < options.MaxReadConnections; i++)
            await _free.WaitAsync();
        foreach (var session in _idle)
            session.Dispose();
        _free.Release(options.MaxReadConnections);
    }

    private ReadSession Open()
    {
        var connection = StoreConnection.Open(path, create: false);
        try
        {
            connection.Execute($"PRAGMA query_only = 1; PRAGMA cache_size = -{Math.Max(64, options.CacheKilobytes / 8)};");
            return new ReadSession(connection, namespaces);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
