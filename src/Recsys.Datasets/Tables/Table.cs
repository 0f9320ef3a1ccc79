using System.Globalization;
using System.Text.Json;
using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Tables;

/// <summary>A CSV, JSON Lines or Parquet file with its columns resolved.</summary>
internal sealed class Table
{
    private const int LinesLookedAt = 200;
    private static readonly char[] Delimiters = ['\t', ',', ';', '|'];

    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private char _delimiter;
    private bool _hasHeader;
    private IReadOnlyList<string> _names = [];

    private Table(string path, DatasetFormat format) => (Path, Format) = (path, format);

    public string Path { get; }

    public DatasetFormat Format { get; }

    public TableColumns Columns { get; private set; } = null!;

    public static Table OpenCsv(string path, ColumnMapping mapping, DatasetOptions options, bool? isEvents)
    {
        var (table, first) = StartCsv(
            path, options, columns => ColumnNames.LooksLikeHeader(columns) || mapping.Sources.Values.Any(s => columns.Contains(s.Column, StringComparer.OrdinalIgnoreCase)));
        if (!table._hasHeader && mapping.Sources.Count == 0)
        {
            throw new DatasetFormatException(
                $"The first line of {path} has no usual column name. Map the columns by name or number, e.g. user=1,item=2,time=3: "
                + $"{string.Join(", ", first)}.");
        }

        table.Columns = TableColumns.Resolve(table._names, mapping, open: false, isEvents, path);
        return table;
    }

    /// <summary>Opens a delimited file whose first line has the columns' names, a JSON Lines file or a Parquet file, whose columns somebody else chooses.</summary>
    /// <param name="path">The file.</param>
    /// <param name="delimiter">Of delimited text; null: found out.</param>
    /// <param name="choose">The wanted columns by the file's names.</param>
    public static Table OpenNamed(string path, char? delimiter, Func<IReadOnlyList<string>, IEnumerable<ColumnSource>> choose)
    {
        if (ParquetRows.IsParquet(path)) return new(path, DatasetFormat.Parquet) { Columns = TableColumns.Of(choose(ParquetRows.ReadNames(path))) };
        if (delimiter is null && StartJson(path) is { } json)
        {
            json.Table.Columns = TableColumns.Of(choose(json.Names));
            return json.Table;
        }

        var (table, _) = StartCsv(path, new DatasetOptions { Delimiter = delimiter, HasHeader = true }, _ => true);
        table.Columns = TableColumns.Of(choose(table._names));
        return table;
    }

    public static Table OpenJson(string path, ColumnMapping mapping, bool? isEvents)
    {
        var table = new Table(path, DatasetFormat.JsonLines);
        table.Columns = TableColumns.Resolve(PropertiesOf(path), mapping, open: true, isEvents, path);
        return table;
    }

    public static Table OpenParquet(string path, ColumnMapping mapping, bool? isEvents)
    {
        var names = ParquetRows.ReadNames(path);
        return new(path, DatasetFormat.Parquet) { Columns = TableColumns.Resolve(names, mapping, open: false, isEvents, path) };
    }

    /// <summary>The rows, with number and text of each; bad ones are rejected. A row is valid until the next is read.</summary>
    public IEnumerable<(long Number, string Text, IRow Row)> Read(SourceFile file, CancellationToken cancellationToken) =>
        Format switch
        {
            DatasetFormat.JsonLines => ReadJson(file, cancellationToken),
            DatasetFormat.Parquet => ParquetRows.Read(file, Columns, cancellationToken),
            _ => ReadCsv(file, cancellationToken),
        };

    /// <summary>The file as JSON Lines, with its objects' properties; null: it doesn't begin with an object.</summary>
    private static (Table Table, IReadOnlyList<string> Names)? StartJson(string path)
    {
        var start = new SourceFile(path, new ReadProgress()).ReadText(latin1: true, CancellationToken.None).Select(line => line.Text).FirstOrDefault("");
        return start.TrimStart().StartsWith('{') ? (new Table(path, DatasetFormat.JsonLines), PropertiesOf(path)) : null;
    }

    private static List<string> PropertiesOf(string path)
    {
        var names = new List<string>();
        foreach (var (_, text) in new SourceFile(path, new ReadProgress()).ReadText(latin1: true, CancellationToken.None).Take(LinesLookedAt))
        {
            using var json = Parse(text, out _);
            names.AddRange(json?.RootElement.EnumerateObject().Select(p => p.Name).Where(n => !names.Contains(n)).ToArray() ?? []);
        }

        return names;
    }

    private static (Table Table, string[] First) StartCsv(string path, DatasetOptions options, Func<string[], bool> looksLikeHeader)
    {
        var table = new Table(path, DatasetFormat.Csv);
        var file = new SourceFile(path, new ReadProgress());
        var start = file.ReadText(latin1: true, CancellationToken.None).Select(l => l.Text).FirstOrDefault()
            ?? throw new DatasetFormatException($"{path} is empty.");
        table._delimiter = options.Delimiter ?? Delimiters.MaxBy(d => start.Count(c => c == d));
        var first = CsvRecords.Read(file, table._delimiter, CancellationToken.None).Select(record => record.Columns).FirstOrDefault()
            ?? throw new DatasetFormatException($"{path} has no line of delimited text.");
        table._hasHeader = options.HasHeader ?? looksLikeHeader(first);
        table._names = table._hasHeader
            ? UniqueNames(first)
            : [.. Enumerable.Range(1, first.Length).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        for (var i = 0; i < table._names.Count; i++)
            table._indexes[table._names[i]] = i;
        return (table, first);
    }

    private IEnumerable<(long Number, string Text, IRow Row)> ReadCsv(SourceFile file, CancellationToken cancellationToken)
    {
        var isHeader = _hasHeader;
        foreach (var record in CsvRecords.Read(file, _delimiter, cancellationToken, Columns.IsExport))
        {
            if (isHeader)
                isHeader = false;
            else if (record.Columns.Length != _names.Count)
                file.Reject(record.Number, record.Text, $"expected {_names.Count} columns, found {record.Columns.Length}");
            else
                yield return (record.Number, record.Text, new CsvRow(record.Columns, _indexes, trim: !Columns.IsExport));
        }
    }

    private IEnumerable<(long Number, string Text, IRow Row)> ReadJson(SourceFile file, CancellationToken cancellationToken)
    {
        foreach (var (number, text) in file.ReadText(latin1: false, cancellationToken))
        {
            using var json = Parse(text, out var problem);
            if (json is null)
                file.Reject(number, text, problem);
            else
                yield return (number, text, new JsonRow(json.RootElement, trim: !Columns.IsExport));
        }
    }

    private static JsonDocument? Parse(string text, out string problem)
    {
        problem = "";
        try
        {
            var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return json;
            problem = $"expected a JSON object, found {json.RootElement.ValueKind.ToString().ToLowerInvariant()}";
            json.Dispose();
            return null;
        }
        catch (JsonException e)
        {
            problem = $"not JSON: {e.Message}";
            return null;
        }
    }

    // Empty and repeated names (an unnamed index column is common) get their number.
    private static string[] UniqueNames(string[] columns)
    {
        var names = new List<string>();
        for (var i = 0; i < columns.Length; i++)
        {
            var name = columns[i].Trim();
            names.Add(name.Length == 0 || names.Contains(name) ? (i + 1).ToString(CultureInfo.InvariantCulture) : name);
        }

        return [.. names];
    }
}
