namespace Recsys.Datasets.Tables;

/// <summary>A record of delimited text.</summary>
/// <param name="columns">The record's columns.</param>
/// <param name="indexes">Column names, resolved to their places from 0.</param>
/// <param name="trim">Spaces around a text don't count.</param>
internal sealed class CsvRow(string[] columns, IReadOnlyDictionary<string, int> indexes, bool trim) : IRow
{
    public string Text(ColumnSource? source)
    {
        if (source is null) return "";
        var text = columns[indexes[source.Column]];
        return trim ? text.Trim() : text;
    }
}
