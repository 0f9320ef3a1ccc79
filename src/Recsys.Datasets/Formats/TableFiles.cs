using Recsys.Datasets.Reading;
using Recsys.Datasets.Tables;

namespace Recsys.Datasets.Formats;

/// <summary>CSV, JSON Lines and Parquet files: one of events or of items, or one of each.</summary>
internal static class TableFiles
{
    public static IDataset Open(string path, string? itemsPath, DatasetOptions options)
    {
        itemsPath = options.ItemsPath ?? itemsPath;
        var main = OpenTable(path, options.Mapping, options, itemsPath is null ? null : true);
        var items = itemsPath is null
            ? (main.Columns.IsEvents ? null : main)
            : OpenTable(itemsPath, options.ItemMapping, options with { Format = DatasetFormat.Auto }, false);
        var events = main.Columns.IsEvents ? main : null;
        return new FileDataset
        {
            Description = $"{NameOf(main.Format)} of {(events is null ? "items" : "events")} ({Path.GetFileName(path)})",
            Format = main.Format,
            ItemFiles = items is null ? [] : [items.Path],
            EventFiles = events is null ? [] : [events.Path],
            HasTimes = events?.Columns[ColumnField.Time] is not null,
            Items = (progress, token) => items is null ? [] : ReadItems(items, new SourceFile(items.Path, progress), token),
            Events = (progress, token) => events is null ? [] : ReadEvents(events, options, new SourceFile(events.Path, progress), token),
        };
    }

    private static Table OpenTable(string path, ColumnMapping mapping, DatasetOptions options, bool? isEvents)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file {path}.", path);
        var format = options.Format != DatasetFormat.Auto ? options.Format
            : ParquetRows.IsParquet(path) ? DatasetFormat.Parquet
            : FirstLine(path).TrimStart().StartsWith('{') ? DatasetFormat.JsonLines
            : DatasetFormat.Csv;
        return format switch
        {
            DatasetFormat.Parquet => Table.OpenParquet(path, mapping, isEvents),
            DatasetFormat.JsonLines => Table.OpenJson(path, mapping, isEvents),
            _ => Table.OpenCsv(path, mapping, options, isEvents),
        };
    }

    private static string NameOf(DatasetFormat format) => format switch
    {
        DatasetFormat.Parquet => "Parquet",
        DatasetFormat.JsonLines => "JSON Lines",
        _ => "delimited text",
    };

    private static string TagOf(DatasetFormat format) => format switch
    {
        DatasetFormat.Parquet => "parquet",
        DatasetFormat.JsonLines => "json",
        _ => "csv",
    };

    private static string FirstLine(string path) =>
        new SourceFile(path, new ReadProgress()).ReadText(latin1: true, CancellationToken.None).Select(l => l.Text).FirstOrDefault() ?? "";

    private static IEnumerable<DatasetItem> ReadItems(Table table, SourceFile file, CancellationToken cancellationToken)
    {
        var rows = new ItemRows(table.Columns);
        foreach (var (number, text, row) in table.Read(file, cancellationToken))
        {
            if (rows.Read(row, out var problem) is { } item)
                yield return item;
            else
                file.Reject(number, text, problem!);
        }
    }

    private static IEnumerable<DatasetEvent> ReadEvents(Table table, DatasetOptions options, SourceFile file, CancellationToken cancellationToken)
    {
        var rows = new EventRows(table.Columns, options, TagOf(table.Format));
        var events = new List<DatasetEvent>();
        foreach (var (number, text, row) in table.Read(file, cancellationToken))
        {
            if (rows.TryRead(number, text, row, events) is { } problem)
            {
                file.Reject(number, text, problem);
                continue;
            }

            foreach (var one in events)
                yield return one;
        }
    }
}
