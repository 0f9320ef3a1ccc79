using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Recsys.Storage.Sqlite;

/// <summary>One execution of a <see cref="Statement"/>: bind, step, read columns. Parameters count from 1, columns from 0, as in SQLite.</summary>
internal readonly ref struct StatementRun(sqlite3 database, sqlite3_stmt handle)
{
    private const int StackBytes = 512;

    public StatementRun Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    public StatementRun Bind(int parameter, string value)
    {
        if (value.Length == 0)
        {
            Check(raw.sqlite3_bind_text(handle, parameter, ""));
            return this;
        }

        int max = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> bytes = max <= StackBytes ? stackalloc byte[StackBytes] : new byte[max];
        Check(raw.sqlite3_bind_text(handle, parameter, bytes[..Encoding.UTF8.GetBytes(value, bytes)]));
        return this;
    }

    public StatementRun Bind(int parameter, ReadOnlySpan<byte> value)
    {
        // An empty span has no address, which SQLite would take for NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, parameter, 0) : raw.sqlite3_bind_blob(handle, parameter, value));
        return this;
    }

    /// <summary>Binds a blob, or NULL for null.</summary>
    public StatementRun BindNullable(int parameter, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes)
            return Bind(parameter, bytes.Span);
        Check(raw.sqlite3_bind_null(handle, parameter));
        return this;
    }

    /// <summary>Goes to the next row; false: there is none.</summary>
    public bool Step()
    {
        int result = raw.sqlite3_step(handle);
        if (result == raw.SQLITE_ROW)
            return true;
        if (result != raw.SQLITE_DONE)
            Check(result);
        return false;
    }

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    /// <summary>Text, which the store keeps as UTF-8.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(handle, column));

    /// <summary>The column's bytes, valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>The column's bytes, copied.</summary>
    public ReadOnlyMemory<byte> BlobCopy(int column)
    {
        var bytes = raw.sqlite3_column_blob(handle, column);
        return bytes.IsEmpty ? ReadOnlyMemory<byte>.Empty : bytes.ToArray();
    }

    public void Dispose()
    {
        // The result of a reset only repeats the error of the step before it.
        raw.sqlite3_reset(handle);
        raw.sqlite3_clear_bindings(handle);
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, database);
    }
}
