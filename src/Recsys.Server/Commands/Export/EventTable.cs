using Recsys.Datasets;
using Recsys.Storage.Archive;
using Recsys.V1;

namespace Recsys.Server.Commands.Export;

/// <summary>Events as rows.</summary>
internal static class EventTable
{
    /// <summary>The columns, in order.</summary>
    public static IReadOnlyList<TableColumn> Columns { get; } =
        [.. ExportColumns.Events.Select(column => new TableColumn(column.Value, TypeOf(column.Key))),
            new(ExportColumns.CommitSequence, ColumnType.Whole), new(ExportColumns.ReceiveTime, ColumnType.Time)];

    /// <summary>Writes an event's values into a row.</summary>
    public static void Fill(StoredEvent stored, Span<TableCell> row)
    {
        var e = stored.Event;
        var isRating = e.Type == EventType.Rating;
        var i = 0;
        row[i++] = TableCell.Of(e.UserId);
        row[i++] = TableCell.Of(e.ItemId);
        row[i++] = TableCell.Of(EnumNames.Of(e.Type));
        row[i++] = TableCell.Of(Cells.Ms(e.EventTime));
        row[i++] = TableCell.Of(e.EventId);
        row[i++] = TableCell.Of(e.SessionId);
        row[i++] = TableCell.Of(Cells.Ms(e.Position));
        row[i++] = TableCell.Of(Cells.Ms(e.Duration));
        row[i++] = TableCell.Of(isRating ? e.Rating : null);
        row[i++] = TableCell.Of(isRating ? e.RatingMax : null);
        row[i++] = TableCell.Of(e.Price?.AmountMicros);
        row[i++] = TableCell.Of(e.Price?.CurrencyCode);
        row[i++] = TableCell.Of(e.CustomName);
        row[i++] = TableCell.Of(e.RecommendationId);
        row[i++] = TableCell.Of(e.ListPosition == 0 ? null : e.ListPosition);
        row[i++] = TableCell.Of(e.Placement);
        row[i++] = TableCell.Of(e.Context?.UtcOffset?.Seconds);
        row[i++] = TableCell.Of(e.Context?.Device);
        row[i++] = TableCell.Of(e.Context?.Locale);
        row[i++] = TableCell.Of(e.Context?.Country);
        row[i++] = TableCell.Of(e.Context?.Attributes.Count > 0 ? Cells.Json(e.Context.Attributes) : null);
        row[i++] = TableCell.Of(stored.Undone);
        row[i++] = TableCell.Of(e.HasPropensity ? e.Propensity : null);
        row[i++] = TableCell.Of(stored.CommitSequence);
        row[i] = TableCell.Of(Cells.Ms(stored.ReceiveTime));
    }

    private static ColumnType TypeOf(ColumnField field) => field switch
    {
        ColumnField.Time => ColumnType.Time,
        ColumnField.Position or ColumnField.Duration or ColumnField.PriceMicros or ColumnField.ListPosition or ColumnField.UtcOffset => ColumnType.Whole,
        ColumnField.Rating or ColumnField.RatingMax or ColumnField.Propensity => ColumnType.Real,
        ColumnField.Context => ColumnType.Json,
        ColumnField.Undone => ColumnType.Flag,
        _ => ColumnType.Text,
    };
}
