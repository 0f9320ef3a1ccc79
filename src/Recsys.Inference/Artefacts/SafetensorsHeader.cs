using System.Buffers;
using System.Text.Json;

namespace Recsys.Inference.Artefacts;

/// <summary>The header of a safetensors file: eight bytes of length, then JSON from a tensor's name to its type, shape and place.</summary>
internal static class SafetensorsHeader
{
    /// <summary>The cap that the format itself states.</summary>
    internal const int MaxBytes = 100_000_000;

    internal const int LengthBytes = 8;

    /// <summary>Of every type that is read.</summary>
    internal const int ValueBytes = 4;

    private const int DataAlignment = 64;
    private const int MaxRank = 8;

    /// <summary>The header of tensors laid one after another, padded so that the data starts at a multiple of 64 bytes.</summary>
    internal static byte[] Write(IReadOnlyList<NamedTensor> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            long offset = 0;
            json.WriteStartObject();
            foreach (var tensor in tensors)
            {
                var end = offset + (long)tensor.Length * ValueBytes;
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", NameOf(tensor.Type));
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(end);
                json.WriteEndArray();
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        var padded = (LengthBytes + buffer.WrittenCount + DataAlignment - 1) / DataAlignment * DataAlignment - LengthBytes;
        var header = new byte[LengthBytes + padded];
        BitConverter.TryWriteBytes(header, (ulong)padded);
        buffer.WrittenSpan.CopyTo(header.AsSpan(LengthBytes));
        header.AsSpan(LengthBytes + buffer.WrittenCount).Fill((byte)' ');
        return header;
    }

    /// <summary>A type as files name it.</summary>
    internal static string NameOf(TensorType type) => type == TensorType.Int32 ? "I32" : "F32";

    /// <summary>Parses and checks a header; every message names the tensor.</summary>
    /// <param name="json">The header's JSON.</param>
    /// <param name="dataBytes">Bytes in the file after the header.</param>
    internal static Dictionary<string, SafetensorsEntry> Parse(ReadOnlySpan<byte> json, long dataBytes)
    {
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "the header is not a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (name == "__metadata__")
                {
                    reader.Skip();
                    continue;
                }

                Expect(entries.TryAdd(name, ReadEntry(ref reader, name)), $"tensor '{name}' is given twice");
            }

            Expect(!reader.Read(), "something follows the header's object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"safetensors: the header is not valid: {e.Message}", e);
        }

        CheckLayout(entries, dataBytes);
        return entries;
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, $"tensor '{name}' is not described by an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            switch (reader.GetString())
            {
                case "dtype":
                    reader.Read();
                    type = reader.GetString();
                    break;
                case "shape":
                    shape = ReadNumbers(ref reader, name, MaxRank);
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref reader, name, 2);
                    break;
                case var other:
                    throw Invalid($"tensor '{name}' has an unknown property '{other}'");
            }
        }

        Expect(type is "F32" or "I32", $"tensor '{name}' has dtype {type ?? "(none)"}, expected F32 or I32");
        Expect(shape is not null, $"tensor '{name}' has no shape");
        Expect(offsets is { Count: 2 } && offsets[0] <= offsets[1], $"tensor '{name}' has no valid data_offsets, expected [begin, end]");
        return new(name, type == "I32" ? TensorType.Int32 : TensorType.Float32, [.. shape!], offsets![0], offsets[1]);
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader, string name, int atMost)
    {
        var numbers = new List<long>();
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartArray, $"tensor '{name}' has something else where an array was expected");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(reader.TryGetInt64(out var number) && number >= 0, $"tensor '{name}' has a number that is not a whole number of at least 0");
            Expect(numbers.Count < atMost, $"tensor '{name}' has an array of more than {atMost} numbers");
            numbers.Add(number);
        }

        return numbers;
    }

    private static void CheckLayout(Dictionary<string, SafetensorsEntry> entries, long dataBytes)
    {
        long expected = 0;
        foreach (var entry in entries.Values.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            long values = 1;
            foreach (var size in entry.Shape)
            {
                Expect(size == 0 || values <= int.MaxValue / size, $"tensor '{entry.Name}' {entry.ShapeText} has more than {int.MaxValue} values");
                values *= size;
            }

            var bytes = entry.End - entry.Begin;
            Expect(bytes == values * ValueBytes, $"tensor '{entry.Name}' {entry.ShapeText} takes {bytes} bytes, expected {values * ValueBytes}");
            Expect(entry.Begin >= expected, $"tensor '{entry.Name}' begins at {entry.Begin} and overlaps another that ends at {expected}");
            Expect(entry.Begin == expected, $"tensor '{entry.Name}' begins at {entry.Begin}, expected {expected}: holes are not allowed");
            expected = entry.End;
        }

        Expect(expected == dataBytes, $"the tensors take {expected} bytes, but {dataBytes} bytes of data are in the file (cut short, or added to)");
    }

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition) throw Invalid(otherwise);
    }

    private static InvalidDataException Invalid(string problem) => new($"safetensors: {problem}.");
}
