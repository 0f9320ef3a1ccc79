using Recsys.Datasets.Reading;
using Recsys.Datasets.Tables;

namespace Recsys.Datasets.Formats;

/// <summary>CSV and JSON Lines files: one of events or of items, or one of each.</summary>
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
            Description = $"{(main.IsJson ? "JSON Lines" : "delimited text")} of {(events is null ? "items" : "events")} ({Path.GetFileName(path)})",
            Format = main.IsJson ? DatasetFormat.JsonLines : DatasetFormat.Csv,
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
        var isJson = options.Format switch
        {
            DatasetFormat.JsonLines => true,
            DatasetFormat.Csv => false,
            _ => FirstLine(path).TrimStart().StartsWith('{'),
        };
        return isJson ? Table.OpenJson(path, mapping, isEvents) : Table.OpenCsv(path, mapping, options, isEvents);
    }

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
        var rows = new EventRows(table.Columns, options, table.IsJson ? "json" : "csv");
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
