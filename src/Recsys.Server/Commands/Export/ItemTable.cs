using Recsys.Datasets;
using Recsys.Storage.Archive;
using Recsys.V1;

namespace Recsys.Server.Commands.Export;

/// <summary>Items as rows.</summary>
internal static class ItemTable
{
    /// <summary>The columns, in order.</summary>
    public static IReadOnlyList<TableColumn> Columns { get; } =
        [.. ExportColumns.Items.Select(column => new TableColumn(column.Value, TypeOf(column.Key))),
            new(ExportColumns.CreateTime, ColumnType.Time), new(ExportColumns.UpdateTime, ColumnType.Time)];

    /// <summary>Writes an item's values into a row.</summary>
    public static void Fill(Item item, Span<TableCell> row)
    {
        var i = 0;
        row[i++] = TableCell.Of(item.ItemId);
        row[i++] = TableCell.Of(EnumNames.Of(item.Kind));
        row[i++] = TableCell.Of(item.ParentId);
        row[i++] = TableCell.Of(item.Ordinal == 0 ? null : item.Ordinal);
        row[i++] = TableCell.Of(item.Title);
        row[i++] = TableCell.Of(item.Description);
        row[i++] = TableCell.Of(Cells.Json(item.Localizations));
        row[i++] = TableCell.Of(Cells.Json(item.Genres));
        row[i++] = TableCell.Of(Cells.Json(item.Tags));
        row[i++] = TableCell.Of(Cells.Json(item.Creators));
        row[i++] = TableCell.Of(Cells.Json(item.Languages));
        row[i++] = TableCell.Of(Cells.Json(item.Attributes));
        row[i++] = TableCell.Of(item.Price?.AmountMicros);
        row[i++] = TableCell.Of(item.Price?.CurrencyCode);
        row[i++] = TableCell.Of(Cells.Json(item.Availability));
        row[i++] = TableCell.Of(item.MaturityAge == 0 ? null : item.MaturityAge);
        row[i++] = TableCell.Of(Cells.Ms(item.PublishTime));
        row[i++] = TableCell.Of(Cells.Ms(item.Duration));
        row[i++] = TableCell.Of(item.CoverUri);
        row[i++] = TableCell.Of(item.Hidden);
        row[i++] = TableCell.Of(Cells.Ms(item.CreateTime));
        row[i] = TableCell.Of(Cells.Ms(item.UpdateTime));
    }

    private static ColumnType TypeOf(ColumnField field) => field switch
    {
        ColumnField.PublishTime => ColumnType.Time,
        ColumnField.Ordinal or ColumnField.PriceMicros or ColumnField.MaturityAge or ColumnField.Duration => ColumnType.Whole,
        ColumnField.Localizations or ColumnField.Genres or ColumnField.Tags or ColumnField.Creators or ColumnField.Languages or ColumnField.Attributes
            or ColumnField.Availability => ColumnType.Json,
        ColumnField.Hidden => ColumnType.Flag,
        _ => ColumnType.Text,
    };
}
