using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Recsys.Server.Validation;

/// <summary>
/// About how much memory a message takes once it's parsed, told from its bytes without parsing it: two bytes can be an empty message of five hundred. It overstates rather than
/// understates, and what isn't well-formed is left to the parser, which stops there too.
/// </summary>
internal static class UnpackedSize
{
    /// <summary>The most that a message may take. One of 4 MiB whose strings are of any length to speak of takes a quarter of it.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    /// <summary>A message of at most so many bytes can't exceed <see cref="MaxBytes"/> whatever is in it.</summary>
    public const int HarmlessBytes = 64 * 1024;

    // Of a 64-bit runtime: an object's header, a reference, the object of a repeated field, a map with its dictionary and list.
    private const int ObjectBytes = 24;
    private const int ReferenceBytes = 8;
    private const int RepeatedBytes = 32;
    private const int MapBytes = 192;
    private const int MapEntryBytes = 96;
    private const int UnknownFieldBytes = 256;
    private const int MaxDepth = 100;

    private static readonly ConcurrentDictionary<MessageDescriptor, int> EmptyBytes = [];

    /// <summary>Whether a message of this type takes more than <see cref="MaxBytes"/>.</summary>
    public static bool IsTooMuch(ReadOnlySpan<byte> message, MessageDescriptor descriptor)
    {
        var left = MaxBytes;
        return message.Length > HarmlessBytes && !Fits(message, descriptor, MaxDepth, ref left);
    }

    private static bool Fits(ReadOnlySpan<byte> bytes, MessageDescriptor descriptor, int depth, ref long left)
    {
        left -= EmptyBytes.GetOrAdd(descriptor, Empty);
        while (left >= 0 && !bytes.IsEmpty)
        {
            if (!TryVarint(ref bytes, out var tag)) return true;
            var field = descriptor.FindFieldByNumber(WireFormat.GetTagFieldNumber((uint)tag));
            if (field is null) left -= UnknownFieldBytes;
            switch (WireFormat.GetTagWireType((uint)tag))
            {
                case WireFormat.WireType.Varint:
                    if (!TryVarint(ref bytes, out _)) return true;
                    left -= sizeof(long);
                    break;
                case WireFormat.WireType.Fixed64:
                    if (!TrySkip(ref bytes, sizeof(long))) return true;
                    left -= sizeof(long);
                    break;
                case WireFormat.WireType.Fixed32:
                    if (!TrySkip(ref bytes, sizeof(int))) return true;
                    left -= sizeof(long);
                    break;
                case WireFormat.WireType.LengthDelimited:
                    if (!TryVarint(ref bytes, out var length) || length > (ulong)bytes.Length) return true;
                    if (!FieldFits(bytes[..(int)length], field, depth, ref left)) return false;
                    bytes = bytes[(int)length..];
                    break;
                default:
                    return true; // a group: the contract has none, and the parser skips or refuses it
            }
        }

        return left >= 0;
    }

    private static bool FieldFits(ReadOnlySpan<byte> content, FieldDescriptor? field, int depth, ref long left)
    {
        switch (field?.FieldType)
        {
            case null:
                left -= content.Length;
                break;
            case FieldType.Message when depth > 0:
                left -= ReferenceBytes;
                return Fits(content, field.MessageType, depth - 1, ref left);
            case FieldType.String:
                left -= ReferenceBytes + ObjectBytes + (sizeof(char) * (long)content.Length);
                break;
            case FieldType.Bytes:
                left -= ReferenceBytes + (2 * ObjectBytes) + content.Length;
                break;
            default:
                left -= sizeof(long) * (long)content.Length; // packed numbers, at worst a byte each
                break;
        }

        return left >= 0;
    }

    /// <summary>What an instance takes before anything is in it.</summary>
    private static int Empty(MessageDescriptor descriptor)
    {
        if (descriptor.IsMapEntry) return MapEntryBytes;
        var bytes = ObjectBytes;
        foreach (var field in descriptor.Fields.InDeclarationOrder()) bytes += ReferenceBytes + (field.IsMap ? MapBytes : field.IsRepeated ? RepeatedBytes : 0);
        return bytes;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return true;
        }

        return false;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length < count) return false;
        bytes = bytes[count..];
        return true;
    }
}
