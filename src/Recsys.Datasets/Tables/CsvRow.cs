namespace Recsys.Datasets.Tables;

/// <summary>A record of delimited text.</summary>
/// <param name="columns">The record's columns.</param>
/// <param name="indexes">Column names, resolved to their places from 0.</param>
internal sealed class CsvRow(string[] columns, IReadOnlyDictionary<string, int> indexes) : IRow
{
    public string Text(ColumnSource? source) => source is null ? "" : columns[indexes[source.Column]].Trim();
}
