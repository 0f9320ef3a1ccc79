namespace Recsys.Storage;

/// <summary>A user to read, and the event hashes to look for in the duplicate window.</summary>
/// <param name="User">Whom.</param>
/// <param name="EventHashes">64-bit hashes of event ids; may be empty.</param>
public readonly record struct UserLookup(UserKey User, IReadOnlyList<ulong> EventHashes);
