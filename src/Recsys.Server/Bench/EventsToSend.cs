using Recsys.V1;

namespace Recsys.Server.Bench;

/// <summary>One operation of events: what goes in one message.</summary>
/// <param name="Scheduled">When it is due.</param>
/// <param name="Events">The events.</param>
internal readonly record struct EventsToSend(long Scheduled, Event[] Events);
