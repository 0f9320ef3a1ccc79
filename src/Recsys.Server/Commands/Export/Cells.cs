using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Recsys.V1;

namespace Recsys.Server.Commands.Export;

/// <summary>Values of the contract's messages as a table holds them.</summary>
internal static class Cells
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Unix milliseconds; null: no time.</summary>
    public static long? Ms(Timestamp? time) => time is null ? null : (time.Seconds * 1_000) + (time.Nanos / 1_000_000);

    /// <summary>Milliseconds; null: no duration.</summary>
    public static long? Ms(Duration? duration) => duration is null ? null : (duration.Seconds * 1_000) + (duration.Nanos / 1_000_000);

    /// <summary>An object of texts.</summary>
    public static string Json(IEnumerable<KeyValuePair<string, string>> texts) => Json(json =>
    {
        json.WriteStartObject();
        foreach (var (key, value) in texts.OrderBy(text => text.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    });

    /// <summary>An array of texts; null: there are none.</summary>
    public static string? Json(ICollection<string> texts) => texts.Count == 0 ? null : Json(json => WriteTexts(json, texts));

    /// <summary>An object of attributes; null: there are none.</summary>
    public static string? Json(ICollection<KeyValuePair<string, AttributeValue>> attributes) => attributes.Count == 0 ? null : Json(json =>
    {
        json.WriteStartObject();
        foreach (var (key, value) in attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            json.WritePropertyName(key);
            if (value.ValueCase == AttributeValue.ValueOneofCase.Number) json.WriteNumberValue(value.Number);
            else if (value.ValueCase == AttributeValue.ValueOneofCase.Flag) json.WriteBooleanValue(value.Flag);
            else if (value.ValueCase == AttributeValue.ValueOneofCase.Texts) WriteTexts(json, value.Texts.Values);
            else json.WriteStringValue(value.Text);
        }

        json.WriteEndObject();
    });

    /// <summary>An array of texts in several languages; null: there are none.</summary>
    public static string? Json(ICollection<Localization> localizations) => localizations.Count == 0 ? null : Json(json =>
    {
        json.WriteStartArray();
        foreach (var one in localizations)
        {
            json.WriteStartObject();
            json.WriteString("locale", one.Locale);
            json.WriteString("title", one.Title);
            json.WriteString("description", one.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>An array of windows; null: there are none.</summary>
    public static string? Json(ICollection<Availability> windows) => windows.Count == 0 ? null : Json(json =>
    {
        json.WriteStartArray();
        foreach (var window in windows)
        {
            json.WriteStartObject();
            json.WritePropertyName("countries");
            WriteTexts(json, window.Countries);
            WriteTime(json, "start_time", window.StartTime);
            WriteTime(json, "end_time", window.EndTime);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void WriteTime(Utf8JsonWriter json, string name, Timestamp? time)
    {
        if (Ms(time) is { } ms) json.WriteString(name, CellText.Time(ms));
        else json.WriteNull(name);
    }

    private static void WriteTexts(Utf8JsonWriter json, IEnumerable<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain)) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
