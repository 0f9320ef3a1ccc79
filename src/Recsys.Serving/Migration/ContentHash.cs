using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Recsys.Serving.Migration;

/// <summary>SHA-256 over parts that each say their length, so that no two lists of parts are alike.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public ContentHash Add(ReadOnlySpan<byte> part)
    {
        Add(part.Length);
        _hash.AppendData(part);
        return this;
    }

    public ContentHash Add(string part) => Add(Encoding.UTF8.GetBytes(part));

    public ContentHash Add(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _hash.AppendData(bytes);
        return this;
    }

    /// <summary>The hash; begins anew.</summary>
    public byte[] Finish() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();
}
