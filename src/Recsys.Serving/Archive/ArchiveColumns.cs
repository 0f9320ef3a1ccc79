using Recsys.Inference;
using Recsys.Serving.Events;
using Recsys.Storage;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Archive;

/// <summary>Log entries as rows of the archive. Columns may be added, never changed.</summary>
internal static class ArchiveColumns
{
    public static readonly TableColumn User = new("user_id", ColumnType.Text);
    public static readonly TableColumn Item = new("item_number", ColumnType.Whole);
    public static readonly TableColumn Type = new("type", ColumnType.Text);
    public static readonly TableColumn EventTime = new("event_time", ColumnType.Time);
    public static readonly TableColumn Session = new("session_id", ColumnType.Text);
    public static readonly TableColumn Position = new("position_ms", ColumnType.Whole);
    public static readonly TableColumn Duration = new("duration_ms", ColumnType.Whole);
    public static readonly TableColumn CatalogueDuration = new("catalogue_duration_ms", ColumnType.Whole);
    public static readonly TableColumn RatingShare = new("rating_share", ColumnType.Real);
    public static readonly TableColumn Sequence = new("commit_sequence", ColumnType.Whole);
    public static readonly TableColumn ReceiveTime = new("receive_time", ColumnType.Time);

    /// <summary>All columns, in order.</summary>
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        User, new("item_id", ColumnType.Text), Item, Type, EventTime, new("event_id", ColumnType.Text), Session, Position, Duration, CatalogueDuration,
        RatingShare, new("rating_max", ColumnType.Real), new("price_micros", ColumnType.Whole), new("currency", ColumnType.Text),
        new("custom_name", ColumnType.Text), new("recommendation_id", ColumnType.Text), new("list_position", ColumnType.Whole),
        new("placement", ColumnType.Text), new("utc_offset_s", ColumnType.Whole), new("device", ColumnType.Text), new("locale", ColumnType.Text),
        new("country", ColumnType.Text), new("context", ColumnType.Json), Sequence, ReceiveTime,
        new("propensity", ColumnType.Real) { IsLater = true },
    ];

    /// <summary>What <see cref="ToFold"/> reads, in its order.</summary>
    public static IReadOnlyList<TableColumn> OfFold { get; } = [User, Sequence, Type, Item, Session, EventTime, Position, Duration, CatalogueDuration, RatingShare];

    private static readonly Dictionary<string, WatchEventType> Types =
        Enum.GetValues<WatchEventType>().ToDictionary(NameOf, type => type, StringComparer.Ordinal);

    /// <summary>What a fold needs of a row: what <see cref="EventCodec.DecodeForFold"/> gives of the log entry, but for resets. Trainings, which read it, learn from what was before too.</summary>
    /// <exception cref="StoreFormatException">The row's type isn't known.</exception>
    public static FoldEvent ToFold(TableCell[][] columns, int row)
    {
        var name = columns[2][row].Text ?? "";
        if (!Types.TryGetValue(name, out var type)) throw new StoreFormatException($"The archive has an event of type '{name}', which isn't known.");
        return new(
            type,
            (uint)(WholeAt(3) ?? 0),
            EventIdHash.Of(columns[4][row].Text ?? ""),
            columns[5][row].Whole,
            WholeAt(6) ?? -1,
            Math.Max(WholeAt(7) ?? -1, WholeAt(8) ?? -1),
            type == WatchEventType.Rating && columns[9][row].HasValue ? Strength.FromShare(columns[9][row].Real) : Strength.Unknown);

        long? WholeAt(int column) => columns[column][row].HasValue ? columns[column][row].Whole : null;
    }

    /// <summary>Writes an entry's values into a row.</summary>
    public static void Fill(LogEntry entry, LoggedEvent logged, Span<TableCell> row)
    {
        var e = logged.Event;
        var context = e.Context;
        var isRating = e.Type == WatchEventType.Rating;
        var i = 0;
        row[i++] = TableCell.Of(e.UserId);
        row[i++] = TableCell.Of(e.ItemId);
        row[i++] = TableCell.Of(logged.Item == 0 ? null : logged.Item);
        row[i++] = TableCell.Of(NameOf(e.Type));
        row[i++] = TableCell.Of((long?)e.EventTimeMs);
        row[i++] = TableCell.Of(e.EventId);
        row[i++] = TableCell.Of(e.SessionId);
        row[i++] = TableCell.Of(e.PositionMs < 0 ? null : e.PositionMs);
        row[i++] = TableCell.Of(e.DurationMs < 0 ? null : e.DurationMs);
        row[i++] = TableCell.Of(logged.CatalogueDurationMs < 0 ? null : logged.CatalogueDurationMs);
        row[i++] = TableCell.Of(isRating ? e.RatingShare : null);
        row[i++] = TableCell.Of(isRating ? e.RatingMax : null);
        row[i++] = TableCell.Of(e.PriceCurrency.Length == 0 ? null : e.PriceMicros);
        row[i++] = TableCell.Of(e.PriceCurrency);
        row[i++] = TableCell.Of(e.CustomName);
        row[i++] = TableCell.Of(e.RecommendationId);
        row[i++] = TableCell.Of(e.ListPosition == 0 ? (long?)null : e.ListPosition);
        row[i++] = TableCell.Of(e.Placement);
        row[i++] = TableCell.Of((long?)context?.UtcOffsetSeconds);
        row[i++] = TableCell.Of(context?.Device);
        row[i++] = TableCell.Of(context?.Locale);
        row[i++] = TableCell.Of(context?.Country);
        row[i++] = TableCell.Of(context?.Attributes.Count > 0 ? Attributes(context) : null);
        row[i++] = TableCell.Of((long?)entry.Sequence);
        row[i++] = TableCell.Of((long?)logged.ReceiveTimeMs);
        row[i] = TableCell.Of(e.Propensity);
    }

    private static string NameOf(WatchEventType type) => type switch
    {
        WatchEventType.PlayStart => "PLAY_START",
        WatchEventType.PlayProgress => "PLAY_PROGRESS",
        WatchEventType.PlayStop => "PLAY_STOP",
        _ => type.ToString().ToUpperInvariant(),
    };

    private static string Attributes(RequestContext context) =>
        System.Text.Json.JsonSerializer.Serialize(new SortedDictionary<string, string>(new Dictionary<string, string>(context.Attributes), StringComparer.Ordinal));
}
