using System.Buffers.Binary;

namespace Recsys.Content.Examples;

/// <summary>
/// An IDX file: two zero bytes, the type of its values, how many dimensions, the size of each (32 bits, big-endian), then the values row-major,
/// big-endian (LeCun, Cortes and Burges: "The MNIST database
/// of handwritten digits").
/// </summary>
internal sealed class IdxFile
{
    private const int MostDimensions = 4;
    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly byte _type;

    private IdxFile(byte[] bytes, int start, byte type, int[] sizes) => (_bytes, _start, _type, Sizes) = (bytes, start, type, sizes);

    /// <summary>The size of each dimension, examples first.</summary>
    internal IReadOnlyList<int> Sizes { get; }

    internal int Count => Sizes[0];

    /// <summary>Values of one example.</summary>
    internal int Width => Sizes.Skip(1).Aggregate(1, (product, size) => product * size);

    internal bool IsBytes => _type == 0x08;

    private int BytesPerValue => _type switch { 0x08 or 0x09 => 1, 0x0b => 2, 0x0c or 0x0d => 4, _ => 8 };

    /// <summary>Reads one.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="bytes">All of it.</param>
    /// <exception cref="InvalidDataException">It's none, or not as long as its sizes say.</exception>
    internal static IdxFile Of(string name, byte[] bytes)
    {
        if (bytes.Length < 4) throw new InvalidDataException($"{name} has {bytes.Length} bytes, expected an IDX file of at least 4.");
        if (bytes[0] != 0 || bytes[1] != 0 || bytes[2] is not (0x08 or 0x09 or 0x0b or 0x0c or 0x0d or 0x0e) || bytes[3] is < 1 or > MostDimensions)
        {
            throw new InvalidDataException($"{name} begins with {Convert.ToHexStringLower(bytes.AsSpan(0, 4))}, expected 0000, a type of 08 09 0b 0c 0d 0e, and 01 to 0{MostDimensions} dimensions.");
        }

        var start = 4 + (4 * bytes[3]);
        if (bytes.Length < start) throw new InvalidDataException($"{name} has {bytes.Length} bytes, expected a header of {start}: it is cut short.");
        var sizes = new int[bytes[3]];
        var file = new IdxFile(bytes, start, bytes[2], sizes);
        var values = (Int128)1;
        for (var i = 0; i < sizes.Length; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 + (4 * i)));
            if (sizes[i] < 1) throw new InvalidDataException($"{name}: dimension {i} has size {sizes[i]}, expected at least 1.");
            values *= sizes[i];
        }

        var expected = start + (values * file.BytesPerValue);
        return bytes.Length == expected ? file : throw new InvalidDataException($"{name} has {bytes.Length} bytes, expected {expected} for {string.Join(" x ", sizes)} values.");
    }

    /// <summary>The values of one example as they are in the file, where they are bytes.</summary>
    internal ReadOnlySpan<byte> Bytes(int example) => _bytes.AsSpan(_start + (example * Width), Width);

    /// <summary>A value of an example.</summary>
    internal double Value(int example, int place)
    {
        var at = _bytes.AsSpan((int)(_start + ((((long)example * Width) + place) * BytesPerValue)));
        return _type switch
        {
            0x08 => at[0],
            0x09 => (sbyte)at[0],
            0x0b => BinaryPrimitives.ReadInt16BigEndian(at),
            0x0c => BinaryPrimitives.ReadInt32BigEndian(at),
            0x0d => BinaryPrimitives.ReadSingleBigEndian(at),
            _ => BinaryPrimitives.ReadDoubleBigEndian(at),
        };
    }
}
