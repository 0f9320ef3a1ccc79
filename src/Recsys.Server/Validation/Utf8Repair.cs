using System.Buffers;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Recsys.Server.Validation;

/// <summary>
/// Protobuf's parser refuses a whole message for one string that isn't UTF-8, without saying which. This walks such a message by its descriptor and puts
/// <see cref="FieldRules.NotUtf8"/> in place of each such string, so that the rules can name the field and the rest of a stream's message still counts.
/// Only runs on messages that failed to parse.
/// </summary>
internal static class Utf8Repair
{
    // As deep as protobuf's own parser goes.
    private const int MaxDepth = 100;
    private static readonly byte[] Placeholder = [0xEF, 0xBF, 0xBF];

    /// <summary>The repaired message, or null where the bytes are no message of this type at all or nothing was to repair.</summary>
    public static byte[]? TryRepair(ReadOnlySequence<byte> message, MessageDescriptor descriptor)
    {
        try
        {
            var bytes = message.ToArray();
            var repaired = Walk(bytes, descriptor, MaxDepth);
            return repaired.AsSpan().SequenceEqual(bytes) ? null : repaired;
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidDataException)
        {
            return null; // broken in other ways than its strings
        }
    }

    private static byte[] Walk(byte[] bytes, MessageDescriptor descriptor, int depth)
    {
        if (depth == 0) return bytes;
        using var output = new MemoryStream(bytes.Length + 16);
        using (var writer = new CodedOutputStream(output, leaveOpen: true))
        {
            var reader = new CodedInputStream(bytes);
            uint tag;
            while ((tag = reader.ReadTag()) != 0)
            {
                writer.WriteTag(tag);
                switch (WireFormat.GetTagWireType(tag))
                {
                    case WireFormat.WireType.Varint:
                        writer.WriteUInt64(reader.ReadUInt64());
                        break;
                    case WireFormat.WireType.Fixed64:
                        writer.WriteFixed64(reader.ReadFixed64());
                        break;
                    case WireFormat.WireType.Fixed32:
                        writer.WriteFixed32(reader.ReadFixed32());
                        break;
                    case WireFormat.WireType.LengthDelimited:
                        writer.WriteBytes(Field(reader.ReadBytes(), descriptor.FindFieldByNumber(WireFormat.GetTagFieldNumber(tag)), depth));
                        break;
                    default:
                        throw new InvalidDataException("groups are not used");
                }
            }
        }

        return output.ToArray();
    }

    private static ByteString Field(ByteString content, FieldDescriptor? field, int depth) => field?.FieldType switch
    {
        FieldType.String when !Utf8.IsValid(content.Span) => ByteString.CopyFrom(Placeholder),
        FieldType.Message => UnsafeByteOperations.UnsafeWrap(Walk(content.ToByteArray(), field.MessageType, depth - 1)),
        _ => content,
    };
}
