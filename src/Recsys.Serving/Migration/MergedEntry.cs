using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>A log entry and which of the two logs it's from.</summary>
internal readonly record struct MergedEntry(LogStream Stream, LogEntry Entry);
