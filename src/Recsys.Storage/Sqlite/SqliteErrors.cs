using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Recsys.Storage.Sqlite;

/// <summary>The only place that turns SQLite's errors into the store's.</summary>
internal static class SqliteErrors
{
    /// <summary>The error for a failed read or write.</summary>
    public static StoreUnavailableException Unavailable(string path, SqliteException error) => new(
        error.SqliteErrorCode switch
        {
            raw.SQLITE_FULL => $"No space is left for the store {path}: {error.Message}",
            raw.SQLITE_IOERR => $"The store {path} can't be read or written: {error.Message}",
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => $"The store {path} is damaged: {error.Message}",
            raw.SQLITE_NOMEM => $"There is no memory for the store {path}: {error.Message}",
            _ => $"The store {path} failed: {error.Message}",
        },
        error);

    /// <summary>The error for a store that can't be opened.</summary>
    public static Exception OnOpen(string path, SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB => new StoreFormatException($"{path} is not a store: it's not an SQLite file.", error),
        raw.SQLITE_CORRUPT => new StoreFormatException($"The store {path} is damaged: {error.Message}", error),
        _ => Unavailable(path, error),
    };
}
