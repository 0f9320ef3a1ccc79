using Recsys.Storage;

namespace Recsys.Tests.Storage;

/// <summary>A log entry of the model.</summary>
internal sealed class StoreModelEntry(LogStream stream, long sequence, UserKey user, string eventId, byte[] payload)
{
    public LogStream Stream => stream;

    public long Sequence => sequence;

    public bool Undone { get; set; }

    /// <summary>One line that holds everything, so that a difference is readable.</summary>
    public string Text => $"{sequence} {user} {eventId} {Undone} {Convert.ToHexString(payload)}";

    public static string TextOf(LogEntry entry) =>
        $"{entry.Sequence} {entry.User} {entry.EventId} {entry.Undone} {Convert.ToHexString(entry.Payload.Span)}";
}
