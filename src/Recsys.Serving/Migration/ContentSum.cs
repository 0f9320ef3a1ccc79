using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Recsys.Serving.Migration;

/// <summary>A checksum over things in any order: the sum of their SHA-256, as four numbers of 64 bits.</summary>
internal sealed class ContentSum
{
    /// <summary>Bytes of one thing's hash.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    private readonly Lock _lock = new();
    private readonly ulong[] _sum = new ulong[HashBytes / sizeof(ulong)];

    /// <summary>How many things.</summary>
    public long Count { get; private set; }

    /// <summary>Adds the hash of one.</summary>
    public void Add(ReadOnlySpan<byte> hash)
    {
        lock (_lock)
        {
            Count++;
            for (var i = 0; i < _sum.Length; i++) _sum[i] = unchecked(_sum[i] + BinaryPrimitives.ReadUInt64LittleEndian(hash[(i * sizeof(ulong))..]));
        }
    }

    /// <summary>Its 64 hexadecimal digits.</summary>
    public override string ToString() => string.Concat(_sum.Select(part => part.ToString("x16", CultureInfo.InvariantCulture)));
}
