using Recsys.Server.Errors;
using Recsys.Serving.Events;
using Recsys.Serving.Users;
using Recsys.Storage;

namespace Recsys.Server.Mapping;

/// <summary>Stored events and acks on their way out. (Events on their way in: <see cref="Streaming.EventReader"/>.)</summary>
internal static class EventMapping
{
    public static V1.StoredEvent Write(StoredEvent stored) => new()
    {
        Event = Write(stored.Event),
        CommitSequence = stored.Sequence,
        ReceiveTime = Times.ToTimestamp(stored.ReceiveTimeMs),
        Undone = stored.Undone,
    };

    public static V1.Event Write(WatchEvent source)
    {
        var message = new V1.Event
        {
            EventId = source.EventId,
            UserId = source.UserId,
            Type = (V1.EventType)source.Type,
            ItemId = source.ItemId,
            SessionId = source.SessionId,
            EventTime = Times.ToTimestamp(source.EventTimeMs),
            Position = Times.ToDuration(source.PositionMs),
            Duration = Times.ToDuration(source.DurationMs),

            // Stored as a share: rounding takes the division's last bits back out.
            Rating = source.Type == WatchEventType.Rating ? Math.Min(Math.Round(source.RatingShare * source.RatingMax, 9), source.RatingMax) : 0,
            RatingMax = source.Type == WatchEventType.Rating ? source.RatingMax : 0,
            Price = source.PriceCurrency.Length == 0 ? null : new V1.Money { CurrencyCode = source.PriceCurrency, AmountMicros = source.PriceMicros },
            CustomName = source.CustomName,
            RecommendationId = source.RecommendationId,
            ListPosition = source.ListPosition,
            Placement = source.Placement,
            Context = ContextMapping.Write(source.Context),
        };
        if (source.Propensity is { } propensity) message.Propensity = propensity;
        return message;
    }

    public static V1.EventAck Ack(ulong sequenceNumber, EventOutcome outcome, StoreDurability durability)
    {
        var ack = new V1.EventAck { SequenceNumber = sequenceNumber };
        switch (outcome)
        {
            case EventOutcome.Accepted:
                ack.Accepted = new V1.AcceptedEvent { Durability = (V1.Durability)durability };
                break;
            case EventOutcome.Duplicate:
                ack.Duplicate = new V1.DuplicateEvent();
                break;
            case EventOutcome.Discarded:
                ack.Discarded = new V1.DiscardedEvent();
                break;
            default:
                ack.Error = RpcErrors.Of(outcome);
                break;
        }

        return ack;
    }

    public static V1.UndoResult Write(UndoOutcome outcome) => outcome switch
    {
        UndoOutcome.Undone => V1.UndoResult.Undone,
        UndoOutcome.AlreadyUndone => V1.UndoResult.AlreadyUndone,
        UndoOutcome.NotFound => V1.UndoResult.NotFound,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "is no outcome"),
    };
}
