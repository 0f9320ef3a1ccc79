namespace Recsys.Datasets.Tables;

/// <summary>A row of a Parquet file: a place in the columns of its row group.</summary>
/// <param name="columns">By name.</param>
/// <param name="index">The row's place in the group, from 0.</param>
/// <param name="trim">Spaces around a text don't count.</param>
internal sealed class ParquetRow(IReadOnlyDictionary<string, Func<int, string>> columns, int index, bool trim) : IRow
{
    public string Text(ColumnSource? source)
    {
        if (source is null) return "";
        var text = columns[source.Column](index);
        return trim ? text.Trim() : text;
    }

    /// <summary>The columns' texts with tabs between them, for fingerprints and rejects.</summary>
    public static string Whole(IReadOnlyDictionary<string, Func<int, string>> columns, int index) => string.Join('\t', columns.Values.Select(text => text(index)));
}
