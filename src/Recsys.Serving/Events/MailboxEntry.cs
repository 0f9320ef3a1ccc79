namespace Recsys.Serving.Events;

/// <summary>What waits in a mailbox: either one event of a write, or a piece of work.</summary>
/// <param name="Write">The call that the event belongs to.</param>
/// <param name="Index">Which of the call's events.</param>
/// <param name="Work">The piece of work.</param>
internal readonly record struct MailboxEntry(PendingWrite? Write, int Index, MailboxWork? Work);
