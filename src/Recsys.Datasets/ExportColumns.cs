using System.Collections.ObjectModel;

namespace Recsys.Datasets;

/// <summary>
/// The columns of the files that `recsys export` writes, the same in Parquet, CSV and JSON Lines. A file that has all of them is read back without loss:
/// texts as they are, events without an id without one.
/// </summary>
public static class ExportColumns
{
    /// <summary>When the server received the event; not read back.</summary>
    public const string ReceiveTime = "receive_time";

    /// <summary>The event's place in the commit sequence; not read back.</summary>
    public const string CommitSequence = "commit_sequence";

    /// <summary>When the item was first written; not read back.</summary>
    public const string CreateTime = "create_time";

    /// <summary>When the item was last written; not read back.</summary>
    public const string UpdateTime = "update_time";

    /// <summary>Columns of events, with what they hold.</summary>
    public static IReadOnlyDictionary<ColumnField, string> Events { get; } = new ReadOnlyDictionary<ColumnField, string>(new Dictionary<ColumnField, string>
    {
        [ColumnField.User] = "user_id",
        [ColumnField.Item] = "item_id",
        [ColumnField.Type] = "type",
        [ColumnField.Time] = "event_time",
        [ColumnField.EventId] = "event_id",
        [ColumnField.Session] = "session_id",
        [ColumnField.Position] = "position_ms",
        [ColumnField.Duration] = "duration_ms",
        [ColumnField.Rating] = "rating",
        [ColumnField.RatingMax] = "rating_max",
        [ColumnField.PriceMicros] = "price_micros",
        [ColumnField.Currency] = "currency",
        [ColumnField.CustomName] = "custom_name",
        [ColumnField.Recommendation] = "recommendation_id",
        [ColumnField.ListPosition] = "list_position",
        [ColumnField.Placement] = "placement",
        [ColumnField.UtcOffset] = "utc_offset_s",
        [ColumnField.Device] = "device",
        [ColumnField.Locale] = "locale",
        [ColumnField.Country] = "country",
        [ColumnField.Context] = "context",
        [ColumnField.Undone] = "undone",
        [ColumnField.Propensity] = "propensity",
    });

    /// <summary>Columns of items, with what they hold.</summary>
    public static IReadOnlyDictionary<ColumnField, string> Items { get; } = new ReadOnlyDictionary<ColumnField, string>(new Dictionary<ColumnField, string>
    {
        [ColumnField.Item] = "item_id",
        [ColumnField.Kind] = "kind",
        [ColumnField.Parent] = "parent_id",
        [ColumnField.Ordinal] = "ordinal",
        [ColumnField.Title] = "title",
        [ColumnField.Description] = "description",
        [ColumnField.Localizations] = "localizations",
        [ColumnField.Genres] = "genres",
        [ColumnField.Tags] = "tags",
        [ColumnField.Creators] = "creators",
        [ColumnField.Languages] = "languages",
        [ColumnField.Attributes] = "attributes",
        [ColumnField.PriceMicros] = "price_micros",
        [ColumnField.Currency] = "currency",
        [ColumnField.Availability] = "availability",
        [ColumnField.MaturityAge] = "maturity_age",
        [ColumnField.PublishTime] = "publish_time",
        [ColumnField.Duration] = "duration_ms",
        [ColumnField.CoverUri] = "cover_uri",
        [ColumnField.Hidden] = "hidden",
    });

    /// <summary>Whether a column came after the first release of exports, so that a file may be without it.</summary>
    internal static bool IsLater(ColumnField field) => field == ColumnField.Propensity;

    /// <summary>Whether these are the columns of an export of events (true) or items (false); null: of neither.</summary>
    internal static bool? Recognize(IReadOnlyList<string> names)
    {
        var found = names.ToHashSet(StringComparer.Ordinal);
        if (Events.Where(column => !IsLater(column.Key)).Select(column => column.Value).Append(ReceiveTime).Append(CommitSequence).All(found.Contains)) return true;
        return Items.Values.Append(CreateTime).Append(UpdateTime).All(found.Contains) ? false : null;
    }
}
