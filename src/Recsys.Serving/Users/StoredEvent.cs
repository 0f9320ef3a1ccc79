using Recsys.Serving.Events;

namespace Recsys.Serving.Users;

/// <summary>An event as stored.</summary>
/// <param name="Event">The event.</param>
/// <param name="Sequence">Its place in the commit sequence.</param>
/// <param name="ReceiveTimeMs">When it was received, Unix ms.</param>
/// <param name="Undone">Taken back.</param>
public sealed record StoredEvent(WatchEvent Event, long Sequence, long ReceiveTimeMs, bool Undone);
