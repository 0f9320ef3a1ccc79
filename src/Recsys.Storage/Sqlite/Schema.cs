namespace Recsys.Storage.Sqlite;

/// <summary>The store's tables and their version.</summary>
internal static class Schema
{
    /// <summary>Counts up with every change of the tables.</summary>
    public const int Version = 1;

    // "RCSY": tells the store from other SQLite files.
    private const int ApplicationId = 0x52435359;

    // `user_ids` is apart from `users` so that scans of the log, which look up the user of each entry, and lists of users don't wade through states.
    // `users` rows of up to 4 KB lie in one page. `recent` is the duplicate window, in the row that each commit rewrites anyway: see DuplicateWindow.
    // The two logs are apart so that reading one doesn't skip the other's entries; their by-user indexes carry the sequence as the row id.
    // `counters` holds the numbers given out last. `erasures` lists users whose entries are still to be deleted.
    private const string Tables = """
        CREATE TABLE counters (only INTEGER PRIMARY KEY CHECK (only = 1), revision INTEGER NOT NULL, sequence INTEGER NOT NULL,
            user INTEGER NOT NULL, item INTEGER NOT NULL);
        INSERT INTO counters VALUES (1, 0, 0, 0, 0);
        CREATE TABLE namespaces (ns INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE user_ids (user INTEGER PRIMARY KEY, ns INTEGER NOT NULL, user_id TEXT NOT NULL, UNIQUE (ns, user_id));
        CREATE TABLE users (user INTEGER PRIMARY KEY, revision INTEGER NOT NULL, profile BLOB NOT NULL, state BLOB NOT NULL, recent BLOB NOT NULL);
        CREATE TABLE events (sequence INTEGER PRIMARY KEY, user INTEGER NOT NULL, undone INTEGER NOT NULL, event_id TEXT NOT NULL, payload BLOB NOT NULL);
        CREATE INDEX events_by_user ON events (user);
        CREATE TABLE exposures (sequence INTEGER PRIMARY KEY, user INTEGER NOT NULL, undone INTEGER NOT NULL, event_id TEXT NOT NULL, payload BLOB NOT NULL);
        CREATE INDEX exposures_by_user ON exposures (user);
        CREATE TABLE erasures (user INTEGER PRIMARY KEY);
        CREATE TABLE items (number INTEGER PRIMARY KEY, ns INTEGER NOT NULL, item_id TEXT NOT NULL, UNIQUE (ns, item_id));
        CREATE TABLE documents (document INTEGER PRIMARY KEY, collection TEXT NOT NULL, ns TEXT NOT NULL, key TEXT NOT NULL,
            revision INTEGER NOT NULL, content BLOB NOT NULL, UNIQUE (collection, ns, key));
        """;

    /// <summary>Sets the connection up for writing and creates the tables in an empty file; refuses files that this version can't use.</summary>
    /// <exception cref="StoreFormatException">Not a store, newer, or damaged.</exception>
    public static void Prepare(StoreConnection connection, SqliteStoreOptions options, string path)
    {
        RefuseTruncated(connection, path);
        long version = connection.QueryInt64("PRAGMA user_version");
        long application = connection.QueryInt64("PRAGMA application_id");
        bool empty = version == 0 && application == 0 && connection.QueryInt64("SELECT count(*) FROM sqlite_schema") == 0;
        if (!empty && application != ApplicationId)
            throw new StoreFormatException($"{path} is not a store: it's an SQLite file of another application.");
        if (version > Version)
            throw new StoreFormatException($"The store {path} has version {version}; this program knows versions up to {Version}. Use a newer program.");

        Configure(connection, options);
        if (options.MaxPages is { } max)
            connection.Execute($"PRAGMA max_page_count = {max};");
        if (empty)
            connection.Execute($"BEGIN IMMEDIATE; {Tables} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT;");
    }

    private static void Configure(StoreConnection connection, SqliteStoreOptions options)
    {
        // FAST overwrites deleted content with zeros wherever that needs no further write.
        connection.Execute($"""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = {(options.SynchronousOff ? "OFF" : "FULL")};
            PRAGMA cache_size = -{options.CacheKilobytes};
            PRAGMA wal_autocheckpoint = {options.CheckpointPages};
            PRAGMA journal_size_limit = 67108864;
            PRAGMA secure_delete = FAST;
            PRAGMA temp_store = MEMORY;
            """);
    }

    // SQLite notices a cut file only when it comes to a missing page. Pages may be missing legitimately while the log has them.
    private static void RefuseTruncated(StoreConnection connection, string path)
    {
        var log = new FileInfo(path + "-wal");
        if (log.Exists && log.Length > 0)
            return;
        long expected = connection.QueryInt64("PRAGMA page_count") * connection.QueryInt64("PRAGMA page_size");
        long actual = new FileInfo(path).Length;
        if (actual < expected && actual > 0)
            throw new StoreFormatException($"The store {path} is damaged: it has {actual} bytes where its header says {expected}.");
    }
}
