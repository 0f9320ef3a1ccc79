namespace Recsys.Datasets.Tables;

/// <summary>Where each field of a table comes from: the mapping's columns, and for the rest the columns with usual names.</summary>
internal sealed class TableColumns
{
    private readonly Dictionary<ColumnField, ColumnSource> _sources = [];
    private readonly IEnumerable<ColumnSource> _others = [];

    private TableColumns(IEnumerable<ColumnSource> others) => _others = others;

    private TableColumns(bool isEvents, bool isExport = false) => (IsEvents, IsExport) = (isEvents, isExport);

    /// <summary>True: the rows are events; false: items.</summary>
    public bool IsEvents { get; }

    /// <summary>True: `recsys export` wrote the file, and every text in it counts as it stands.</summary>
    public bool IsExport { get; }

    public ColumnSource? this[ColumnField field] => _sources.GetValueOrDefault(field);

    public IEnumerable<ColumnSource> Sources => _sources.Values.Concat(_others);

    /// <summary>Columns of a file that holds neither events nor items.</summary>
    public static TableColumns Of(IEnumerable<ColumnSource> sources) => new([.. sources]);

    /// <summary>Assigns columns to fields.</summary>
    /// <param name="names">The file's columns.</param>
    /// <param name="mapping">The user's mapping.</param>
    /// <param name="open">Records may have columns beyond <paramref name="names"/> (JSON): a mapped column needn't be among them.</param>
    /// <param name="isEvents">What the rows are, or null to find out.</param>
    /// <param name="file">For messages.</param>
    /// <exception cref="DatasetFormatException">A mapped column isn't there, or no column holds the ids.</exception>
    public static TableColumns Resolve(IReadOnlyList<string> names, ColumnMapping mapping, bool open, bool? isEvents, string file)
    {
        if (mapping.Sources.Count == 0 && ExportColumns.Recognize(names) is { } exported && exported == (isEvents ?? exported))
            return OfExport(exported, names);
        var events = isEvents ?? (mapping.TryGet(ColumnField.User, out _) || Usual(names, ColumnField.User, events: true) is not null);
        var columns = new TableColumns(events);
        foreach (var (field, source) in mapping.Sources)
        {
            var column = Existing(names, source.Column) ?? (open ? source.Column : throw NoColumn(names, source.Column, file));
            columns._sources[field] = source with { Column = column };
        }

        var taken = columns._sources.Values.Select(s => s.Column).ToHashSet(StringComparer.Ordinal);
        foreach (var field in events ? ColumnNames.EventFields : ColumnNames.ItemFields)
        {
            if (!columns._sources.ContainsKey(field) && Usual(names, field, events) is { } column && !taken.Contains(column))
                columns._sources[field] = new ColumnSource(column);
        }

        if (columns[ColumnField.Item] is null)
            throw new DatasetFormatException($"No column of {file} holds an item id; map one, e.g. item=itemid. Its columns are {string.Join(", ", names)}.");
        if (events && columns[ColumnField.User] is null)
            throw new DatasetFormatException($"No column of {file} holds a user id; map one, e.g. user=visitorid. Its columns are {string.Join(", ", names)}.");
        return columns;
    }

    private static TableColumns OfExport(bool isEvents, IReadOnlyList<string> names)
    {
        var columns = new TableColumns(isEvents, isExport: true);
        foreach (var (field, name) in isEvents ? ExportColumns.Events : ExportColumns.Items)
        {
            if (!ExportColumns.IsLater(field) || names.Contains(name)) columns._sources[field] = new ColumnSource(name);
        }

        return columns;
    }

    private static string? Usual(IReadOnlyList<string> names, ColumnField field, bool events)
    {
        foreach (var usual in ColumnNames.Of(field, events))
        {
            if (names.FirstOrDefault(n => ColumnNames.Normalize(n) == usual) is { } name)
                return name;
        }

        return null;
    }

    /// <summary>The file's column of this name, or number from 1; null: there is none.</summary>
    public static string? Existing(IReadOnlyList<string> names, string column)
    {
        if (names.Contains(column))
            return column;
        if (names.FirstOrDefault(n => n.Equals(column, StringComparison.OrdinalIgnoreCase)) is { } other)
            return other;
        return int.TryParse(column, out var number) && number >= 1 && number <= names.Count ? names[number - 1] : null;
    }

    public static DatasetFormatException NoColumn(IReadOnlyList<string> names, string column, string file) =>
        new($"{file} has no column '{column}'; its columns are {string.Join(", ", names)}.");
}
