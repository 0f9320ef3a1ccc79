using System.Collections.Frozen;

namespace Recsys.Storage;

/// <summary>What a store has of a user.</summary>
/// <param name="Revision">Grows with every commit of this user, not necessarily by one; 0: there is no record.</param>
/// <param name="State">The engine's state; empty where there is none.</param>
/// <param name="Profile">The profile; empty where there is none.</param>
/// <param name="KnownHashes">Those of the asked event hashes that the duplicate window holds: at most 24 hours old and among the user's newest 1,000.</param>
public sealed record UserRecord(long Revision, ReadOnlyMemory<byte> State, ReadOnlyMemory<byte> Profile, IReadOnlySet<ulong> KnownHashes)
{
    /// <summary>Stands for a record that can't be read now, while others can.</summary>
    public static UserRecord Unreachable { get; } = new(-1, default, default, FrozenSet<ulong>.Empty);
}
