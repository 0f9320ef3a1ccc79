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
            CustomName = source.CustomName,
            RecommendationId = source.RecommendationId,
            ListPosition = source.ListPosition,
            Placement = source.Placement,
            Context = ToMessage(source.Context),
        };
        if (source.Propensity is { } propensity) message.Propensity = propensity;
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
            CoverUri = source.CoverUri,
            Hidden = source.Hidden,
        };
        message.Genres.AddRange(source.Genres);
        message.Tags.AddRange(source.Tags);
        message.Creators.AddRange(source.Creators);
        message.Languages.AddRange(source.Languages);
        foreach (var (key, value) in source.Attributes)
        {
            message.Attributes[key] = ToMessage(value);
        }

        message.Localizations.AddRange(source.Localizations.Select(text =>
            new Localization { Locale = text.Locale, Title = text.Title, Description = text.Description }));
        message.Availability.AddRange(source.Availability.Select(ToMessage));
        return message;
    }

    private static AttributeValue ToMessage(DatasetAttribute attribute)
    {
        if (attribute.Number is { } number) return new AttributeValue { Number = number };
        if (attribute.Flag is { } flag) return new AttributeValue { Flag = flag };
        if (attribute.Text is { } text) return new AttributeValue { Text = text };
        var texts = new TextList();
        texts.Values.AddRange(attribute.Texts ?? []);
        return new AttributeValue { Texts = texts };
    }

    private static Availability ToMessage(DatasetAvailability window)
    {
        var message = new Availability
        {
            StartTime = window.Start is { } start ? Timestamp.FromDateTimeOffset(start) : null,
            EndTime = window.End is { } end ? Timestamp.FromDateTimeOffset(end) : null,
        };
        message.Countries.AddRange(window.Countries);
        return message;
    }

    private static RequestContext? ToMessage(DatasetContext? context)
    {
        if (context is null) return null;
        var message = new RequestContext
        {
            UtcOffset = context.UtcOffsetSeconds is { } seconds ? Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)) : null,
            Device = context.Device,
            Locale = context.Locale,
            Country = context.Country,
        };
        foreach (var (key, value) in context.Attributes) message.Attributes[key] = value;
        return message;
    }

    private static Money? ToMessage(DatasetPrice? price) =>
        price is null ? null : new Money { CurrencyCode = price.CurrencyCode, AmountMicros = price.AmountMicros };
}
