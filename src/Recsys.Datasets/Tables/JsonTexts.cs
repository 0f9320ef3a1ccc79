using System.Collections.ObjectModel;
using System.Text.Json;
using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Tables;

/// <summary>Columns that hold JSON. Each reader returns what it found; where that isn't JSON of the expected form, the problem says so, if nothing was wrong before.</summary>
internal static class JsonTexts
{
    /// <summary>An object of texts.</summary>
    public static IReadOnlyDictionary<string, string> ReadMap(IRow row, TableColumns columns, ColumnField field, ref string? problem) =>
        Read<IReadOnlyDictionary<string, string>>(
            row, columns, field, "an object of texts", ReadOnlyDictionary<string, string>.Empty,
            root => root.EnumerateObject().ToDictionary(p => p.Name, p => Text(p.Value)), ref problem);

    /// <summary>An array of texts.</summary>
    public static IReadOnlyList<string> ReadList(IRow row, TableColumns columns, ColumnField field, ref string? problem) =>
        Read<IReadOnlyList<string>>(row, columns, field, "an array of texts", [], Texts, ref problem);

    /// <summary>An object of attributes.</summary>
    public static IReadOnlyDictionary<string, DatasetAttribute> ReadAttributes(IRow row, TableColumns columns, ref string? problem) =>
        Read<IReadOnlyDictionary<string, DatasetAttribute>>(
            row, columns, ColumnField.Attributes, "an object of texts, numbers, flags and arrays of texts", ReadOnlyDictionary<string, DatasetAttribute>.Empty,
            root => root.EnumerateObject().ToDictionary(p => p.Name, p => Attribute(p.Value)), ref problem);

    /// <summary>An array of texts in several languages.</summary>
    public static IReadOnlyList<DatasetLocalization> ReadLocalizations(IRow row, TableColumns columns, ref string? problem) =>
        Read<IReadOnlyList<DatasetLocalization>>(
            row, columns, ColumnField.Localizations, "an array of objects with locale, title and description", [],
            root => [.. root.EnumerateArray().Select(e => new DatasetLocalization(Text(e, "locale"), Text(e, "title"), Text(e, "description")))], ref problem);

    /// <summary>An array of windows of availability.</summary>
    public static IReadOnlyList<DatasetAvailability> ReadAvailability(IRow row, TableColumns columns, ref string? problem) =>
        Read<IReadOnlyList<DatasetAvailability>>(
            row, columns, ColumnField.Availability, "an array of objects with countries, start_time and end_time", [],
            root => [.. root.EnumerateArray().Select(e => new DatasetAvailability(
                e.TryGetProperty("countries", out var countries) ? Texts(countries) : [], Time(e, "start_time"), Time(e, "end_time")))],
            ref problem);

    private static T Read<T>(IRow row, TableColumns columns, ColumnField field, string expected, T none, Func<JsonElement, T> read, ref string? problem)
    {
        var text = row.Text(columns[field]);
        if (string.IsNullOrWhiteSpace(text)) return none;
        try
        {
            using var json = JsonDocument.Parse(text);
            return read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            problem ??= $"column {columns[field]!.Column} is not JSON of {expected}: {e.Message}";
            return none;
        }
    }

    private static string Text(JsonElement value) => value.GetString() ?? throw new FormatException("a text is null");

    private static string Text(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) ? Text(value) : "";

    private static IReadOnlyList<string> Texts(JsonElement array) => [.. array.EnumerateArray().Select(Text)];

    private static DatasetAttribute Attribute(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new() { Text = value.GetString() },
        JsonValueKind.Number => new() { Number = value.GetDouble() },
        JsonValueKind.True or JsonValueKind.False => new() { Flag = value.GetBoolean() },
        JsonValueKind.Array => new() { Texts = Texts(value) },
        _ => throw new FormatException($"{value.ValueKind.ToString().ToLowerInvariant()} is no attribute's value"),
    };

    private static DateTimeOffset? Time(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return TimeText.TryParse(Text(value), out var ms) ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : throw new FormatException($"{name} is not ISO 8601");
    }
}
