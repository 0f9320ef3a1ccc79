namespace Recsys.Storage;

/// <summary>A stored log entry.</summary>
/// <param name="Sequence">Its place in the commit sequence, from 1; grows through the whole store (at least within a user on stores that are partitioned).</param>
/// <param name="User">Whose.</param>
/// <param name="EventId">The caller's id; empty: none.</param>
/// <param name="Undone">Taken back.</param>
/// <param name="Payload">The engine's bytes.</param>
public sealed record LogEntry(long Sequence, UserKey User, string EventId, bool Undone, ReadOnlyMemory<byte> Payload);
