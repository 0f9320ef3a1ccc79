using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Recsys.Storage.Sqlite;

/// <summary>
/// A prepared statement, reused for the life of its connection. It goes to the native interface directly: binding by position and reading blobs as
/// spans costs a microsecond a statement and no allocation, where a command with named parameters and a reader costs several.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;

    public Statement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _handle), database);
    }

    /// <summary>Starts an execution; disposing it makes the statement ready for the next.</summary>
    public StatementRun Start() => new(_database, _handle);

    /// <summary>Runs a statement that has no parameters and no rows.</summary>
    public void Execute()
    {
        using var run = Start();
        run.Step();
    }

    public void Dispose() => _handle.Dispose();
}
