namespace Recsys.Serving.Events;

/// <summary>What the log's payload keeps of an event; user and event id stand in the log entry itself.</summary>
/// <param name="Event">The event; <see cref="WatchEvent.EventId"/> and <see cref="WatchEvent.UserId"/> as the log entry has them.</param>
/// <param name="Item">Store-wide item number; 0: the event has no item.</param>
/// <param name="CatalogueDurationMs">The item's length by the catalogue when the event came in, ms, where the event itself didn't say; -1: unknown. Kept so that a state
/// is a function of the log alone, whatever becomes of the catalogue.</param>
/// <param name="ReceiveTimeMs">When the server received it, Unix ms.</param>
internal sealed record LoggedEvent(WatchEvent Event, uint Item, long CatalogueDurationMs, long ReceiveTimeMs);
