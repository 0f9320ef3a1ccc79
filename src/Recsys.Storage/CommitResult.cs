namespace Recsys.Storage;

/// <summary>What became of one commit or document write.</summary>
/// <param name="Status">Committed or not.</param>
/// <param name="Revision">The stored revision after it.</param>
/// <param name="FirstSequence">The sequence number of the first appended entry; 0 where none was.</param>
public readonly record struct CommitResult(CommitStatus Status, long Revision, long FirstSequence = 0);
