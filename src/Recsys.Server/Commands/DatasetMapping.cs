using Google.Protobuf.WellKnownTypes;
using Recsys.Datasets;
using Recsys.V1;

namespace Recsys.Server.Commands;

/// <summary>Maps data sets' records to the contract's messages.</summary>
internal static class DatasetMapping
{
    /// <summary>An event; the enums' numbers are the same by construction.</summary>
    public static Event ToMessage(DatasetEvent source)
    {
        var message = new Event
        {
            EventId = source.EventId,
            UserId = source.UserId,
            ItemId = source.ItemId,
            Type = (EventType)source.Type,
            SessionId = source.SessionId,
            EventTime = Timestamp.FromDateTimeOffset(source.Time),
            Position = source.Position is { } position ? Duration.FromTimeSpan(position) : null,
            Duration = source.Duration is { } duration ? Duration.FromTimeSpan(duration) : null,
            Price = ToMessage(source.Price),
        };
        if (source.Rating is { } rating)
        {
            message.Rating = rating;
            message.RatingMax = source.RatingMax ?? 5;
        }

        return message;
    }

    /// <summary>An item.</summary>
    public static Item ToMessage(DatasetItem source)
    {
        var message = new Item
        {
            ItemId = source.ItemId,
            Kind = (ItemKind)source.Kind,
            ParentId = source.ParentId ?? "",
            Ordinal = source.Ordinal,
            Title = source.Title,
            Description = source.Description,
            MaturityAge = source.MaturityAge,
            PublishTime = source.PublishTime is { } published ? Timestamp.FromDateTimeOffset(published) : null,
            Duration = source.Duration is { } duration ? Duration.FromTimeSpan(duration) : null,
            Price = ToMessage(source.Price),
        };
        message.Genres.AddRange(source.Genres);
        message.Tags.AddRange(source.Tags);
        message.Creators.AddRange(source.Creators);
        foreach (var (key, value) in source.Attributes)
        {
            message.Attributes[key] = new AttributeValue { Text = value };
        }

        return message;
    }

    private static Money? ToMessage(DatasetPrice? price) =>
        price is null ? null : new Money { CurrencyCode = price.CurrencyCode, AmountMicros = price.AmountMicros };
}
