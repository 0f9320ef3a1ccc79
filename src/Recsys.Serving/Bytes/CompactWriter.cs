using System.Buffers.Binary;
using System.Text;

namespace Recsys.Serving.Bytes;

/// <summary>Writes the engine's own byte formats: LEB128 varints, zigzag for signed numbers, little-endian fixed widths, length-prefixed UTF-8.</summary>
internal sealed class CompactWriter
{
    [ThreadStatic]
    private static CompactWriter? _ofThread;

    private byte[] _buffer = new byte[256];

    /// <summary>The thread's own writer, cleared: for what is written and read off before anything else on this thread writes.</summary>
    public static CompactWriter OfThread
    {
        get
        {
            var writer = _ofThread ??= new();
            writer.Clear();
            return writer;
        }
    }

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public byte[] ToArray() => Written.ToArray();

    public void Byte(byte value) => Reserve(1)[0] = value;

    public void Unsigned(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Fixed16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Reserve(2), value);

    public void Fixed32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);

    public void Fixed64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Reserve(8), value);

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    public void Text(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        Unsigned((ulong)count);
        Encoding.UTF8.GetBytes(value, Reserve(count));
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - Length < count) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        var span = _buffer.AsSpan(Length, count);
        Length += count;
        return span;
    }
}
