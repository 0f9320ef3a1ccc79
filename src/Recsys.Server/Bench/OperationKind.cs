namespace Recsys.Server.Bench;

/// <summary>What is measured, a row each.</summary>
internal enum OperationKind
{
    /// <summary>A message of events on a stream, from its scheduled time to the ack of each.</summary>
    Events,

    /// <summary>A unary Recommend.</summary>
    Recommend,

    /// <summary>A unary ListSimilarItems.</summary>
    Similar,

    /// <summary>From an event's scheduled time to the first list that follows from it on the same stream. Follows from events: no operation of its own.</summary>
    EventToList,
}
