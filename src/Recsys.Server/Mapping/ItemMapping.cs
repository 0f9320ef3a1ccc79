using System.Globalization;
using Google.Protobuf.Collections;
using Recsys.Server.Validation;
using Recsys.Serving.Catalogue;

namespace Recsys.Server.Mapping;

/// <summary>Items of the catalogue, checked on their way in.</summary>
internal static class ItemMapping
{
    private const int MaxTitleBytes = 1_024;
    private const int MaxDescriptionBytes = 16_384;

    /// <summary>Maps an item; with violations the result must not be used.</summary>
    public static CatalogueItem Read(V1.Item message, FieldViolations violations)
    {
        violations.Id("item_id", message.ItemId);
        if (message.Kind is < V1.ItemKind.Unspecified or > V1.ItemKind.Other)
            violations.Add("kind", $"is no known item kind: {(int)message.Kind}");
        if (violations.Id("parent_id", message.ParentId, required: false) && message.ParentId.Length > 0 && message.ParentId == message.ItemId)
            violations.Add("parent_id", "must not be the item itself");
        violations.Range("ordinal", message.Ordinal, 0, int.MaxValue);
        violations.Text("title", message.Title, MaxTitleBytes);
        violations.Text("description", message.Description, MaxDescriptionBytes);
        violations.Money("price", message.Price);
        violations.Range("maturity_age", message.MaturityAge, 0, FieldRules.MaxYears);
        violations.Text("cover_uri", message.CoverUri, 2_048);
        violations.Id("etag", message.Etag, required: false);
        var publishTimeMs = violations.Time("publish_time", message.PublishTime);
        var durationMs = violations.Span("duration", message.Duration, FieldRules.MaxPlayTime);
        return new CatalogueItem
        {
            ItemId = message.ItemId,
            Kind = message.Kind == V1.ItemKind.Unspecified ? ItemKind.Other : (ItemKind)message.Kind,
            ParentId = message.ParentId,
            Ordinal = message.Ordinal,
            Title = message.Title,
            Description = message.Description,
            Localizations = ReadLocalizations(message.Localizations, violations),
            Genres = ReadTexts("genres", message.Genres, 50, violations),
            Tags = ReadTexts("tags", message.Tags, 200, violations),
            Creators = ReadTexts("creators", message.Creators, 50, violations),
            Languages = ReadLanguages(message.Languages, violations),
            Attributes = ReadAttributes(message.Attributes, violations),
            PriceCurrency = message.Price?.CurrencyCode ?? "",
            PriceMicros = message.Price?.AmountMicros ?? 0,
            Availability = ReadAvailability(message.Availability, violations),
            MaturityAge = message.MaturityAge,
            PublishTimeMs = publishTimeMs,
            DurationMs = Math.Max(0, durationMs),
            CoverUri = message.CoverUri,
            Hidden = message.Hidden,
        };
    }

    public static V1.Item Write(VersionedItem versioned)
    {
        var item = versioned.Item;
        var message = new V1.Item
        {
            ItemId = item.ItemId,
            Kind = (V1.ItemKind)item.Kind,
            ParentId = item.ParentId,
            Ordinal = item.Ordinal,
            Title = item.Title,
            Description = item.Description,
            Price = item.PriceCurrency.Length == 0 ? null : new V1.Money { CurrencyCode = item.PriceCurrency, AmountMicros = item.PriceMicros },
            MaturityAge = item.MaturityAge,
            PublishTime = Times.ToTimestamp(item.PublishTimeMs),
            Duration = item.DurationMs == 0 ? null : Times.ToDuration(item.DurationMs),
            CoverUri = item.CoverUri,
            Hidden = item.Hidden,
            CreateTime = Times.ToTimestamp(item.CreateTimeMs),
            UpdateTime = Times.ToTimestamp(item.UpdateTimeMs),
            Etag = versioned.Etag,
        };
        foreach (var text in item.Localizations)
            message.Localizations.Add(new V1.Localization { Locale = text.Locale, Title = text.Title, Description = text.Description });
        message.Genres.AddRange(item.Genres);
        message.Tags.AddRange(item.Tags);
        message.Creators.AddRange(item.Creators);
        message.Languages.AddRange(item.Languages);
        foreach (var (key, value) in item.Attributes) message.Attributes.Add(key, WriteAttribute(value));
        foreach (var window in item.Availability)
        {
            var availability = new V1.Availability { StartTime = Times.ToTimestamp(window.StartMs), EndTime = Times.ToTimestamp(window.EndMs) };
            availability.Countries.AddRange(window.Countries);
            message.Availability.Add(availability);
        }

        return message;
    }

    private static List<string> ReadTexts(string field, RepeatedField<string> values, int max, FieldViolations violations)
    {
        if (values.Count > max)
        {
            // Names the first one too many, as "field[max]".
            violations.Add(field, max, string.Create(CultureInfo.InvariantCulture, $"is one too many: at most {max} entries are allowed, {values.Count} are given"));
            return [];
        }

        for (var i = 0; i < values.Count; i++) violations.Id(field, values[i], index: i);
        return [.. values];
    }

    private static List<string> ReadLanguages(RepeatedField<string> values, FieldViolations violations)
    {
        if (!violations.Count("languages", values.Count, 100)) return [];
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i].Length == 0) violations.Add("languages", i, "is required");
            else violations.Locale("languages", values[i], i);
        }

        return [.. values];
    }

    private static List<ItemLocalization> ReadLocalizations(RepeatedField<V1.Localization> values, FieldViolations violations)
    {
        var result = new List<ItemLocalization>();
        if (!violations.Count("localizations", values.Count, 100)) return result;
        var locales = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < values.Count; i++)
        {
            var value = values[i];
            if (value.Locale.Length == 0) violations.Add("localizations", i, "locale", "is required");
            else if (violations.Locale("localizations", value.Locale, i, "locale") && !locales.Add(value.Locale))
                violations.Add("localizations", i, "locale", "is given twice");
            violations.Text("localizations", value.Title, MaxTitleBytes, i, "title");
            violations.Text("localizations", value.Description, MaxDescriptionBytes, i, "description");
            result.Add(new ItemLocalization(value.Locale, value.Title, value.Description));
        }

        return result;
    }

    private static List<AvailabilityWindow> ReadAvailability(RepeatedField<V1.Availability> values, FieldViolations violations)
    {
        var result = new List<AvailabilityWindow>();
        if (!violations.Count("availability", values.Count, 300)) return result;
        for (var i = 0; i < values.Count; i++)
        {
            var value = values[i];
            if (value.Countries.Count > 300) violations.Add("availability", i, "countries", "holds more than 300 countries");
            else
            {
                foreach (var country in value.Countries)
                {
                    if (country.Length == 0) violations.Add("availability", i, "countries", "must not hold empty codes");
                    else violations.Country("availability", country, i, "countries");
                }
            }

            var startMs = violations.Time("availability", value.StartTime, i, "start_time");
            var endMs = violations.Time("availability", value.EndTime, i, "end_time");
            if (startMs >= endMs) violations.Add("availability", i, "end_time", "must be after start_time");
            result.Add(new AvailabilityWindow([.. value.Countries], startMs, endMs));
        }

        return result;
    }

    private static Dictionary<string, ItemAttribute> ReadAttributes(MapField<string, V1.AttributeValue> values, FieldViolations violations)
    {
        var result = new Dictionary<string, ItemAttribute>();
        if (!violations.Count("attributes", values.Count, 100)) return result;
        foreach (var (key, value) in values)
        {
            if (key.Length is 0 or > 64 || key.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-')))
            {
                violations.Add("attributes", "keys must be 1 to 64 bytes of [a-zA-Z0-9_.-]");
                continue;
            }

            result[key] = ReadAttribute($"attributes.{key}", value, violations);
        }

        return result;
    }

    private static ItemAttribute ReadAttribute(string field, V1.AttributeValue value, FieldViolations violations)
    {
        switch (value.ValueCase)
        {
            case V1.AttributeValue.ValueOneofCase.Text:
                violations.Text(field, value.Text, 1_024);
                return new ItemAttribute { Text = value.Text };
            case V1.AttributeValue.ValueOneofCase.Number:
                violations.Finite(field, value.Number);
                return new ItemAttribute { Number = value.Number };
            case V1.AttributeValue.ValueOneofCase.Flag:
                return new ItemAttribute { Flag = value.Flag };
            case V1.AttributeValue.ValueOneofCase.Texts:
                if (violations.Count(field, value.Texts.Values.Count, 100))
                {
                    for (var i = 0; i < value.Texts.Values.Count; i++) violations.Text(field, value.Texts.Values[i], 128, i);
                }

                return new ItemAttribute { Texts = [.. value.Texts.Values] };
            default:
                violations.Add(field, "must have exactly one value");
                return new ItemAttribute();
        }
    }

    private static V1.AttributeValue WriteAttribute(ItemAttribute attribute)
    {
        if (attribute.Text is { } text) return new V1.AttributeValue { Text = text };
        if (attribute.Number is { } number) return new V1.AttributeValue { Number = number };
        if (attribute.Flag is { } flag) return new V1.AttributeValue { Flag = flag };
        var texts = new V1.TextList();
        texts.Values.AddRange(attribute.Texts ?? []);
        return new V1.AttributeValue { Texts = texts };
    }
}
