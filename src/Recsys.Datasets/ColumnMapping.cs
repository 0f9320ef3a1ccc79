using System.Diagnostics.CodeAnalysis;

namespace Recsys.Datasets;

/// <summary>Which column holds what, written `user=visitorid,item=itemid,time=timestamp,type=event`.</summary>
public sealed class ColumnMapping
{
    private readonly Dictionary<ColumnField, ColumnSource> _sources;

    private ColumnMapping(Dictionary<ColumnField, ColumnSource> sources) => _sources = sources;

    /// <summary>Names nothing.</summary>
    public static ColumnMapping Empty { get; } = new([]);

    /// <summary>The mapped fields.</summary>
    public IReadOnlyDictionary<ColumnField, ColumnSource> Sources => _sources;

    /// <summary>The fields' names in a mapping, e.g. "rating_max".</summary>
    public static IReadOnlyDictionary<string, ColumnField> FieldNames { get; } = new Dictionary<string, ColumnField>(StringComparer.OrdinalIgnoreCase)
    {
        ["item"] = ColumnField.Item,
        ["user"] = ColumnField.User,
        ["time"] = ColumnField.Time,
        ["type"] = ColumnField.Type,
        ["id"] = ColumnField.EventId,
        ["session"] = ColumnField.Session,
        ["position"] = ColumnField.Position,
        ["duration"] = ColumnField.Duration,
        ["rating"] = ColumnField.Rating,
        ["rating_max"] = ColumnField.RatingMax,
        ["price"] = ColumnField.Price,
        ["currency"] = ColumnField.Currency,
        ["like"] = ColumnField.Like,
        ["dislike"] = ColumnField.Dislike,
        ["share"] = ColumnField.Share,
        ["kind"] = ColumnField.Kind,
        ["parent"] = ColumnField.Parent,
        ["ordinal"] = ColumnField.Ordinal,
        ["title"] = ColumnField.Title,
        ["description"] = ColumnField.Description,
        ["genres"] = ColumnField.Genres,
        ["tags"] = ColumnField.Tags,
        ["creators"] = ColumnField.Creators,
        ["maturity_age"] = ColumnField.MaturityAge,
        ["publish_time"] = ColumnField.PublishTime,
        ["price_micros"] = ColumnField.PriceMicros,
        ["custom_name"] = ColumnField.CustomName,
        ["recommendation_id"] = ColumnField.Recommendation,
        ["list_position"] = ColumnField.ListPosition,
        ["placement"] = ColumnField.Placement,
        ["propensity"] = ColumnField.Propensity,
        ["utc_offset_s"] = ColumnField.UtcOffset,
        ["device"] = ColumnField.Device,
        ["locale"] = ColumnField.Locale,
        ["country"] = ColumnField.Country,
        ["context"] = ColumnField.Context,
        ["undone"] = ColumnField.Undone,
        ["languages"] = ColumnField.Languages,
        ["attributes"] = ColumnField.Attributes,
        ["localizations"] = ColumnField.Localizations,
        ["availability"] = ColumnField.Availability,
        ["cover_uri"] = ColumnField.CoverUri,
        ["hidden"] = ColumnField.Hidden,
    };

    /// <summary>Reads a mapping: `field=column` pairs between commas; a column may be `name`, `3`, `name:unit` or `!name`. Empty text is
    /// <see cref="Empty"/>.</summary>
    /// <exception cref="DatasetFormatException">A pair isn't one, or names no known field, or one twice.</exception>
    public static ColumnMapping Parse(string text)
    {
        var sources = new Dictionary<ColumnField, ColumnSource>();
        foreach (var pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            if (equals <= 0 || equals == pair.Length - 1)
                throw new DatasetFormatException($"The mapping '{pair}' is not of the form field=column, e.g. user=visitorid.");
            var name = pair[..equals].Trim();
            if (!FieldNames.TryGetValue(name, out var field))
                throw new DatasetFormatException($"The mapping '{pair}' names no known field; the fields are {string.Join(", ", FieldNames.Keys)}.");
            if (!sources.TryAdd(field, ParseSource(pair[(equals + 1)..].Trim())))
                throw new DatasetFormatException($"The mapping names the field '{name}' twice.");
        }

        return sources.Count == 0 ? Empty : new ColumnMapping(sources);
    }

    internal bool TryGet(ColumnField field, [NotNullWhen(true)] out ColumnSource? source) => _sources.TryGetValue(field, out source);

    private static ColumnSource ParseSource(string text)
    {
        var negated = text.Length > 1 && text[0] == '!';
        if (negated)
            text = text[1..];
        var colon = text.LastIndexOf(':');
        TimeSpan? unit = colon > 0 ? UnitNamed(text[(colon + 1)..]) : null;
        return new ColumnSource(unit is null ? text : text[..colon], unit, negated);
    }

    private static TimeSpan? UnitNamed(string name) => name switch
    {
        "us" => TimeSpan.FromMicroseconds(1),
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" => TimeSpan.FromSeconds(1),
        "min" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        _ => null,
    };
}
