namespace Recsys.Serving.Archive;

/// <summary>A note that the store's log, and not the archive, says what there is of a user.</summary>
/// <param name="SinceMs">The epoch: what the archive has of the user from before it may be gone from the log. Unix ms.</param>
internal sealed record ArchiveMark(long SinceMs);
