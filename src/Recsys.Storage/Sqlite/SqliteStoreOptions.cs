namespace Recsys.Storage.Sqlite;

/// <summary>How to open a <see cref="SqliteStore"/>.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>The store's file. Created, with its folder, if there is none. Beside it lie files with <c>-wal</c>, <c>-shm</c>, <c>.lock</c>, <c>.owner</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What the holder says of itself to others who try to open the store; see <see cref="SqliteStore.DescribeOwner"/>. Default: nothing.</summary>
    public string? OwnerDescription { get; init; }

    /// <summary>Calls that may wait for the writer, 1 to 100,000; further callers wait for a place. Default: 1,024.</summary>
    public int QueueCapacity { get; init; } = 1024;

    /// <summary>Connections for reads beside the writer, 1 to 256; further readers wait for one. Default: 8.</summary>
    public int MaxReadConnections { get; init; } = 8;

    /// <summary>The writer's page cache in KiB, 64 to 16,777,216. Default: 65,536. A read connection has an eighth of it.</summary>
    public int CacheKilobytes { get; init; } = 65536;

    /// <summary>Pages of 4 KiB that the write-ahead log gathers before they are moved into the main file, 100 to 1,000,000. Default: 4,000 (16 MB).</summary>
    public int CheckpointPages { get; init; } = 4000;

    /// <summary>
    /// Never syncs: a crash of the machine may lose or damage everything, and <see cref="SqliteStore.Durability"/> is <see cref="StoreDurability.Memory"/>.
    /// Only for scratch stores, such as an evaluation replays into. Default: false.
    /// </summary>
    public bool SynchronousOff { get; init; }

    /// <summary>Deletes the store's files on dispose. Default: false.</summary>
    public bool DeleteOnDispose { get; init; }

    /// <summary>The most pages that the main file may have, for tests of a full disk. Default: no limit.</summary>
    internal int? MaxPages { get; init; }

    /// <summary>A store in a new file in the temporary folder, deleted on dispose. By default it never syncs: see <see cref="SynchronousOff"/>.</summary>
    public static SqliteStoreOptions Temporary(bool synchronousOff = true) => new()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"recsys-{Guid.NewGuid():n}.db"),
        SynchronousOff = synchronousOff,
        DeleteOnDispose = true,
    };

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Path);
        RequireRange(QueueCapacity, 1, 100_000, nameof(QueueCapacity));
        RequireRange(MaxReadConnections, 1, 256, nameof(MaxReadConnections));
        RequireRange(CacheKilobytes, 64, 16_777_216, nameof(CacheKilobytes));
        RequireRange(CheckpointPages, 100, 1_000_000, nameof(CheckpointPages));
    }

    private static void RequireRange(int value, int min, int max, string name)
    {
        if (value < min || value > max)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {min} to {max}.");
    }
}
