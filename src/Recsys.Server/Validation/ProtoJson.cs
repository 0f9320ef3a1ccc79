using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Recsys.Server.Validation;

/// <summary>
/// Checks JSON against a message of the contract, field by field, and writes it in the one form that all parsers read. As in proto3's JSON mapping a null is a field that isn't there,
/// names are those of the protos or of JSON, and numbers may stand in quotes. What parsers pass over or settle silently, unknown names and fields given twice, is refused.
/// </summary>
internal ref struct ProtoJson
{
    private readonly FieldViolations _violations;
    private readonly Utf8JsonWriter _writer;
    private Utf8JsonReader _reader;

    private ProtoJson(ReadOnlySpan<byte> json, Utf8JsonWriter writer, FieldViolations violations)
    {
        _reader = new Utf8JsonReader(json);
        _writer = writer;
        _violations = violations;
    }

    /// <summary>The message in its plain form, which means nothing where there are violations.</summary>
    /// <param name="json">UTF-8, without a byte order mark.</param>
    /// <param name="descriptor">The message.</param>
    /// <param name="path">Where it is, for the violations; empty: it's the request.</param>
    /// <param name="violations">Receives what is wrong.</param>
    /// <exception cref="JsonException">It is no JSON, or no object.</exception>
    public static byte[] Plain(ReadOnlySpan<byte> json, MessageDescriptor descriptor, string path, FieldViolations violations)
    {
        var plain = new ArrayBufferWriter<byte>(json.Length + 16);
        using var writer = new Utf8JsonWriter(plain, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        var walk = new ProtoJson(json, writer, violations);
        walk._reader.Read();
        if (walk._reader.TokenType != JsonTokenType.StartObject) throw new JsonException("it must be an object", "$", 0, 0);
        walk.Message(descriptor, path);
        walk._reader.Read(); // throws where more follows
        writer.Flush();
        return plain.WrittenSpan.ToArray();
    }

    private void Message(MessageDescriptor descriptor, string path)
    {
        var fields = FieldNames.Of(descriptor);
        var given = new HashSet<FieldDescriptor>();
        _writer.WriteStartObject();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var name = Text();
            _reader.Read();
            if (name is null || !fields.TryGetValue(name, out var field)) Refuse(Path(path, Printable.Short(name ?? "?")), $"is no field of {descriptor.FullName}");
            else if (!given.Add(field)) Refuse(Path(path, field.Name), "is given twice");
            else if (_reader.TokenType == JsonTokenType.Null) given.Remove(field);
            else if (field.RealContainingOneof is { } oneof && given.Any(other => other != field && other.RealContainingOneof == oneof))
                Refuse(Path(path, field.Name), $"can't be given beside another of {string.Join(", ", oneof.Fields.Select(one => one.Name))}");
            else Field(field, path);
        }

        _writer.WriteEndObject();
    }

    private void Field(FieldDescriptor field, string parent)
    {
        _writer.WritePropertyName(field.JsonName);
        if (field.IsMap)
        {
            Map(field.MessageType.FindFieldByNumber(2), Path(parent, field.Name));
        }
        else if (!field.IsRepeated)
        {
            Value(field, parent, field.Name);
        }
        else if (_reader.TokenType != JsonTokenType.StartArray)
        {
            Refuse(Path(parent, field.Name), $"must be a list, is {Shown()}");
        }
        else
        {
            _writer.WriteStartArray();
            for (var i = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; i++) Value(field, parent, field.Name, i);
            _writer.WriteEndArray();
        }
    }

    private void Map(FieldDescriptor value, string path)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            Refuse(path, $"must be an object, is {Shown()}");
            return;
        }

        var given = new HashSet<string>(StringComparer.Ordinal);
        _writer.WriteStartObject();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var key = Text();
            _reader.Read();
            var entry = $"{path}[{Printable.Short(key ?? "?")}]";
            if (key is null)
            {
                Refuse(entry, "must have a key of valid UTF-8");
            }
            else if (!given.Add(key))
            {
                Refuse(entry, "is given twice");
            }
            else
            {
                _writer.WritePropertyName(key);
                Value(value, "", entry);
            }
        }

        _writer.WriteEndObject();
    }

    /// <summary>A value of a field, an element of a list or one of a map. Paths are made for objects and for what is wrong only.</summary>
    private void Value(FieldDescriptor field, string parent, string name, int index = -1)
    {
        if (ValueText.IsObject(field) && _reader.TokenType == JsonTokenType.StartObject) Message(field.MessageType, Path(parent, name, index));
        else if (ValueText.IsObject(field) || !TryWrite(field)) Refuse(Path(parent, name, index), $"must be {ValueText.Expected(field)}, is {Shown()}");
    }

    private readonly bool TryWrite(FieldDescriptor field)
    {
        var isBool = field.FieldType == FieldType.Bool;
        if (isBool || _reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            if (!isBool || _reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return false;
            _writer.WriteBooleanValue(_reader.TokenType == JsonTokenType.True);
            return true;
        }

        var isNumber = _reader.TokenType == JsonTokenType.Number;
        if (isNumber ? field.FieldType is FieldType.String or FieldType.Bytes or FieldType.Message : _reader.TokenType != JsonTokenType.String) return false;
        if ((isNumber ? Encoding.UTF8.GetString(_reader.ValueSpan) : Text()) is not { } text || ValueText.Plain(field, text) is not { } plain) return false;

        // Of the numbers only those that JSON can't hold stand in quotes, as parsers expect them.
        var isText = field.FieldType is FieldType.String or FieldType.Bytes or FieldType.Message || (plain[^1] is < '0' or > '9') || IsEnumName(field, plain);
        if (isText) _writer.WriteStringValue(plain);
        else _writer.WriteRawValue(plain, skipInputValidation: true);
        return true;
    }

    private static bool IsEnumName(FieldDescriptor field, string plain) => field.FieldType == FieldType.Enum && plain[0] is not ('-' or (>= '0' and <= '9'));

    /// <summary>The text at the reader; null: it isn't valid UTF-8, or has half a surrogate pair.</summary>
    private readonly string? Text()
    {
        try
        {
            return _reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private readonly string Shown() => _reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => Text() is { } text ? $"'{Printable.Short(text)}'" : "no valid UTF-8",
        _ => Printable.Short(Encoding.UTF8.GetString(_reader.ValueSpan)),
    };

    private void Refuse(string path, string description)
    {
        _violations.Add(path, description);
        _reader.Skip();
    }

    private static string Path(string parent, string name, int index = -1)
    {
        var path = parent.Length == 0 ? name : $"{parent}.{name}";
        return index < 0 ? path : $"{path}[{index}]";
    }
}
