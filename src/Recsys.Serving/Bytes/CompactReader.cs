using System.Buffers.Binary;
using System.Text;

namespace Recsys.Serving.Bytes;

/// <summary>Reads what <see cref="CompactWriter"/> wrote. Every member throws <see cref="InvalidDataException"/> on bytes that can't be: damaged bytes never crash
/// the engine nor make it allocate more than they could hold.</summary>
internal ref struct CompactReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Remaining => _rest.Length;

    public byte Byte() => Take(1)[0];

    public ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            if (shift == 63 && part > 1) throw new InvalidDataException("A number has more than 64 bits.");
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }

        throw new InvalidDataException("A number has more than 64 bits.");
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int Int32()
    {
        var value = Signed();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new InvalidDataException($"{value} has more than 32 bits.");
    }

    /// <summary>An unsigned number of at most <paramref name="max"/>; <paramref name="name"/> says in the error what it is.</summary>
    public ulong Unsigned(ulong max, string name)
    {
        var value = Unsigned();
        return value <= max ? value : throw new InvalidDataException($"{name} is {value}, expected at most {max}.");
    }

    /// <summary>A count of things that take at least <paramref name="minBytesEach"/> bytes each of what remains.</summary>
    public int Count(int max, int minBytesEach, string name)
    {
        var count = Unsigned((ulong)max, name);
        return (int)count * (long)minBytesEach <= Remaining
            ? (int)count
            : throw new InvalidDataException($"{name} is {count}, but only {Remaining} bytes follow.");
    }

    public ushort Fixed16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public string Text() => Encoding.UTF8.GetString(Take(Count(int.MaxValue, 1, "A text's length")));

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw new InvalidDataException($"{count} bytes were expected, {_rest.Length} follow.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public readonly void ExpectEnd()
    {
        if (_rest.Length != 0) throw new InvalidDataException($"{_rest.Length} bytes follow the end.");
    }
}
