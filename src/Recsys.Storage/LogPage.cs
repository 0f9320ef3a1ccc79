namespace Recsys.Storage;

/// <summary>Entries of the log.</summary>
/// <param name="Entries">Empty only at the end.</param>
/// <param name="Next">Where the next page begins.</param>
public sealed record LogPage(IReadOnlyList<LogEntry> Entries, LogCursor Next);
