namespace Recsys.Storage;

/// <summary>A log entry to append.</summary>
/// <param name="Stream">Events or exposures.</param>
/// <param name="EventId">The caller's id; empty: none.</param>
/// <param name="EventHash">Goes into the duplicate window; 0: it doesn't.</param>
/// <param name="Payload">The engine's bytes.</param>
public readonly record struct LogAppend(LogStream Stream, string EventId, ulong EventHash, ReadOnlyMemory<byte> Payload);
