using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Recsys.Storage.Sqlite;

/// <summary>One connection to the store's file with the statements prepared on it. Used by one thread at a time.</summary>
internal sealed class StoreConnection : IDisposable
{
    // Nobody but this process has the file open, so that waiting is the rare exception (a log being recovered).
    private const int BusyTimeoutMs = 5000;

    private readonly SqliteConnection _connection;
    private readonly List<Statement> _statements = [];

    private StoreConnection(SqliteConnection connection) => _connection = connection;

    private sqlite3 Handle => _connection.Handle ?? throw new ObjectDisposedException(nameof(StoreConnection));

    /// <summary>Whether a transaction is open: SQLite ends it by itself after some errors.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    public static StoreConnection Open(string path, bool create)
    {
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
        };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            var opened = new StoreConnection(connection);
            raw.sqlite3_busy_timeout(opened.Handle, BusyTimeoutMs);
            return opened;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Prepares a statement that lives as long as the connection.</summary>
    public Statement Prepare(string sql)
    {
        var statement = new Statement(Handle, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs statements that have no parameters, once.</summary>
    public void Execute(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(Handle, sql), Handle);

    /// <summary>Reads one number, e.g. of a pragma.</summary>
    public long QueryInt64(string sql)
    {
        using var statement = new Statement(Handle, sql);
        using var run = statement.Start();
        return run.Step() ? run.Int64(0) : 0;
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        _connection.Dispose();
    }
}
