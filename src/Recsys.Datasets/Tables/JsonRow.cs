using System.Text.Json;
using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Tables;

/// <summary>A JSON object. A column's name is a property's, or with dots a nested one's.</summary>
/// <param name="root">The object.</param>
/// <param name="trim">Spaces around a text don't count.</param>
internal sealed class JsonRow(JsonElement root, bool trim) : IRow
{
    public string Text(ColumnSource? source) => Find(source) is { } value ? TextOf(value) : "";

    public IReadOnlyList<string> Entries(ColumnSource? source, int max) => Find(source) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } array => ItemLists.Keep(array.EnumerateArray().Select(TextOf), max),
        { } other => ItemLists.Split(TextOf(other), max),
    };

    private string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => trim ? value.GetString()!.Trim() : value.GetString()!,
        _ => value.GetRawText(),
    };

    private JsonElement? Find(ColumnSource? source)
    {
        if (source is null)
            return null;
        if (root.TryGetProperty(source.Column, out var value))
            return value;
        value = root;
        foreach (var name in source.Column.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
                return null;
        }

        return value;
    }
}
