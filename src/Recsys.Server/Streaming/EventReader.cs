using Recsys.Server.Mapping;
using Recsys.Server.Validation;
using Recsys.Serving.Events;

namespace Recsys.Server.Streaming;

/// <summary>Checks an event by the contract's rules and maps it to the engine's own form; events are mapped once, here.</summary>
internal static class EventReader
{
    public const int MaxEventsPerMessage = 1_000;
    private const int MaxListPosition = 100_000;
    private const double MaxRatingScale = 1_000;

    /// <summary>Maps an event; with violations the result must not be used.</summary>
    /// <param name="message">The event.</param>
    /// <param name="nowMs">The time of receipt, Unix ms.</param>
    /// <param name="violations">Takes what is wrong; already set to the event's path.</param>
    public static WatchEvent Read(V1.Event message, long nowMs, FieldViolations violations)
    {
        var type = ReadType(message.Type, violations);
        violations.Id("event_id", message.EventId, required: false);
        violations.Id("user_id", message.UserId);
        violations.Id("item_id", message.ItemId, required: type != WatchEventType.Custom);
        violations.Id("session_id", message.SessionId, required: false);
        violations.Id("recommendation_id", message.RecommendationId, required: false);
        violations.Id("placement", message.Placement, required: false);
        violations.Id("custom_name", message.CustomName, required: type == WatchEventType.Custom, maxBytes: 64);
        violations.Range("list_position", message.ListPosition, 0, MaxListPosition);
        violations.Money("price", message.Price);
        CheckPropensity(message, type, violations);
        var ratingMax = ReadRating(message, type, violations);
        return new WatchEvent
        {
            EventId = message.EventId,
            UserId = message.UserId,
            Type = type,
            ItemId = message.ItemId,
            SessionId = message.SessionId,
            EventTimeMs = ReadTime(message, nowMs, violations),
            PositionMs = violations.Span("position", message.Position, FieldRules.MaxPlayTime),
            DurationMs = violations.Span("duration", message.Duration, FieldRules.MaxPlayTime),
            RatingShare = type == WatchEventType.Rating ? message.Rating / ratingMax : double.NaN,
            RatingMax = ratingMax,
            PriceCurrency = message.Price?.CurrencyCode ?? "",
            PriceMicros = message.Price?.AmountMicros ?? 0,
            CustomName = message.CustomName,
            RecommendationId = message.RecommendationId,
            ListPosition = message.ListPosition,
            Placement = message.Placement,
            Propensity = message.HasPropensity ? message.Propensity : null,
            Context = ContextMapping.Read(message.Context, violations),
        };
    }

    private static WatchEventType ReadType(V1.EventType type, FieldViolations violations)
    {
        if (type is >= V1.EventType.PlayStart and <= V1.EventType.Custom) return (WatchEventType)type;
        violations.Add("type", type == V1.EventType.Unspecified ? "is required" : $"is no known event type: {(int)type}");
        return default;
    }

    private static double ReadRating(V1.Event message, WatchEventType type, FieldViolations violations)
    {
        var max = message.RatingMax == 0 ? 5 : message.RatingMax;
        var finite = violations.Finite("rating", message.Rating) & violations.Finite("rating_max", message.RatingMax);
        if (!finite || type != WatchEventType.Rating) return finite ? max : 5;
        if (max is <= 0 or > MaxRatingScale) violations.Add("rating_max", "must be above 0 and at most 1000");
        else if (message.Rating < 0 || message.Rating > max) violations.Add("rating", "must be 0 to rating_max");
        return max;
    }

    private static void CheckPropensity(V1.Event message, WatchEventType type, FieldViolations violations)
    {
        if (!message.HasPropensity) return;
        if (message.Propensity is not (>= WatchEvent.LeastPropensity and <= 1)) violations.Add("propensity", "must be 0.000000001 to 1");
        else if (type != WatchEventType.Impression) violations.Add("propensity", "is for IMPRESSION only");
    }

    private static long ReadTime(V1.Event message, long nowMs, FieldViolations violations)
    {
        if (violations.Time("event_time", message.EventTime) is not { } timeMs) return nowMs;
        if (message.EventTime.Seconds < 0) violations.Add("event_time", "must not be before 1970");
        if (timeMs > nowMs + (long)FieldRules.MaxClockLead.TotalMilliseconds)
            violations.Add("event_time", "must not be more than 10 minutes ahead of the server's clock");
        return timeMs;
    }
}
