namespace Recsys.Storage;

/// <summary>How firmly committed data is stored.</summary>
public enum StoreDurability
{
    /// <summary>In memory: lost with the store's process.</summary>
    Memory = 1,

    /// <summary>Synced to disk: survives kill -9 and power loss.</summary>
    Fsync = 2,

    /// <summary>Synced and on a second machine.</summary>
    Replicated = 3,
}
