namespace Recsys.Storage;

/// <summary>One user's atomic change.</summary>
public sealed record UserCommit
{
    /// <summary>Whose.</summary>
    public required UserKey User { get; init; }

    /// <summary>The revision that the change was computed from; 0: there was no record. Null: commit whatever the revision is (only for appends that don't touch the state).</summary>
    public required long? ExpectedRevision { get; init; }

    /// <summary>The new state; null leaves it as it is.</summary>
    public ReadOnlyMemory<byte>? State { get; init; }

    /// <summary>The new profile; null leaves it as it is.</summary>
    public ReadOnlyMemory<byte>? Profile { get; init; }

    /// <summary>Entries to append, in order; they get consecutive sequence numbers.</summary>
    public IReadOnlyList<LogAppend> Appends { get; init; } = [];

    /// <summary>Sequence numbers of this user's entries, of either stream, to mark as undone.</summary>
    public IReadOnlyList<long> UndoneSequences { get; init; } = [];

    /// <summary>Unix milliseconds at which the change was received; stamps the duplicate window's new hashes.</summary>
    public required long ReceiveTimeMs { get; init; }
}
