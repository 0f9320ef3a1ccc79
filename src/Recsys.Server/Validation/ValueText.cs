using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Recsys.Server.Validation;

/// <summary>Values of fields as proto3's JSON mapping writes them: numbers as digits or in quotes, enums by name or number, times, durations and masks as text.</summary>
internal static class ValueText
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Whether values of the field are written as an object of fields.</summary>
    public static bool IsObject(FieldDescriptor field) => field.FieldType == FieldType.Message && !IsText(field.MessageType);

    /// <summary>What a value must be, in words.</summary>
    public static string Expected(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => "true or false",
        FieldType.String => "a text",
        FieldType.Bytes => "a text in base64",
        FieldType.Float or FieldType.Double => "a number",
        FieldType.Enum => $"one of {string.Join(", ", field.EnumType.Values.Select(value => value.Name))}",
        FieldType.Message when field.MessageType == Timestamp.Descriptor => "a time such as 2026-07-01T12:00:00Z",
        FieldType.Message when field.MessageType == Duration.Descriptor => "a duration such as 3.5s or -3600s",
        FieldType.Message when field.MessageType == FieldMask.Descriptor => "names of fields as in JSON, with commas between them, such as title,publishTime",
        FieldType.Message => "an object",
        _ => string.Create(CultureInfo.InvariantCulture, $"a whole number from {RangeOf(field.FieldType).Min} to {RangeOf(field.FieldType).Max}"),
    };

    /// <summary>The value in the one form that everything reads; null: it's no value of the field.</summary>
    /// <param name="field">A field that is no object.</param>
    /// <param name="text">The value, without quotes.</param>
    public static string? Plain(FieldDescriptor field, string text) => field.FieldType switch
    {
        FieldType.Bool => bool.TryParse(text, out var value) ? (value ? "true" : "false") : null,
        FieldType.String or FieldType.Bytes => text,
        FieldType.Float => Real(text, float.MaxValue),
        FieldType.Double => Real(text, double.MaxValue),
        FieldType.Enum => EnumValue(field.EnumType, text),
        FieldType.Message => IsParsed(field.MessageType, text) ? text : null,
        _ => Whole(text, RangeOf(field.FieldType)),
    };

    private static bool IsText(MessageDescriptor message) => message == Timestamp.Descriptor || message == Duration.Descriptor || message == FieldMask.Descriptor;

    private static string? Real(string text, double most)
    {
        if (text is "NaN" or "Infinity" or "-Infinity") return text;
        return double.TryParse(text, Number, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= most ? value.ToString("R", CultureInfo.InvariantCulture) : null;
    }

    private static string? Whole(string text, (decimal Min, decimal Max) range) =>
        decimal.TryParse(text, Number, CultureInfo.InvariantCulture, out var value) && value == decimal.Truncate(value) && value >= range.Min && value <= range.Max
            ? value.ToString("F0", CultureInfo.InvariantCulture)
            : null;

    /// <summary>A number without a name is one that a later version may have: it stays a number, for the rules to judge.</summary>
    private static string? EnumValue(EnumDescriptor type, string text)
    {
        if (type.FindValueByName(text) is { } named) return named.Name;
        return Whole(text, RangeOf(FieldType.Int32)) is { } number ? type.FindValueByNumber(int.Parse(number, CultureInfo.InvariantCulture))?.Name ?? number : null;
    }

    private static bool IsParsed(MessageDescriptor message, string text)
    {
        try
        {
            // The framework's own parser reads no negative durations with a fraction, and names no field.
            return message.Parser.ParseJson(JsonSerializer.Serialize(text)) is not Duration { Nanos: < 0 };
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            return false;
        }
    }

    private static (decimal Min, decimal Max) RangeOf(FieldType type) => type switch
    {
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => (int.MinValue, int.MaxValue),
        FieldType.UInt32 or FieldType.Fixed32 => (uint.MinValue, uint.MaxValue),
        FieldType.UInt64 or FieldType.Fixed64 => (ulong.MinValue, ulong.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };
}
