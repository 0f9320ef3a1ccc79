using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Tables;

/// <summary>A record of a table: CSV or JSON.</summary>
internal interface IRow
{
    /// <summary>The field's text; empty where the record has none.</summary>
    string Text(ColumnSource? source);

    /// <summary>The field's entries: a JSON array's, or those of separated text.</summary>
    IReadOnlyList<string> Entries(ColumnSource? source, int max) => ItemLists.Split(Text(source), max);
}
