namespace Recsys.Datasets.Tables;

/// <summary>What a row says of an event beside who, what and when.</summary>
internal readonly struct EventDetails
{
    /// <summary>Reads them; where one can't be read, <paramref name="problem"/> says why, if nothing was wrong before.</summary>
    public EventDetails(IRow row, TableColumns columns, ref string? problem)
    {
        CustomName = row.Text(columns[ColumnField.CustomName]);
        RecommendationId = row.Text(columns[ColumnField.Recommendation]);
        Placement = row.Text(columns[ColumnField.Placement]);
        ListPosition = Numbers.ReadWhole(row, columns, ColumnField.ListPosition, ref problem) ?? 0;
        Propensity = Numbers.ReadShare(row, columns, ColumnField.Propensity, ref problem);
        if (!Numbers.TryParseFlag(row.Text(columns[ColumnField.Undone]), out var undone))
            problem ??= $"'{row.Text(columns[ColumnField.Undone])}' in column {columns[ColumnField.Undone]!.Column} is neither true nor false";
        else if (undone)
            problem ??= "the event was taken back";
        Context = ReadContext(row, columns, ref problem);
    }

    public string CustomName { get; }

    public string RecommendationId { get; }

    public int ListPosition { get; }

    public string Placement { get; }

    public double? Propensity { get; }

    public DatasetContext? Context { get; }

    private static DatasetContext? ReadContext(IRow row, TableColumns columns, ref string? problem)
    {
        var offset = Numbers.ReadWhole(row, columns, ColumnField.UtcOffset, ref problem);
        var (device, locale, country) = (row.Text(columns[ColumnField.Device]), row.Text(columns[ColumnField.Locale]), row.Text(columns[ColumnField.Country]));
        var attributes = JsonTexts.ReadMap(row, columns, ColumnField.Context, ref problem);
        return offset is null && device.Length + locale.Length + country.Length + attributes.Count == 0
            ? null
            : new(offset, device, locale, country, attributes);
    }
}
