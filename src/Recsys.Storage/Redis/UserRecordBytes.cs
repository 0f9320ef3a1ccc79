using System.Buffers.Binary;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>
/// A user's record as it lies in Redis: version (1 byte), revision (8), length of the profile (4), profile, state; little-endian. Written by commit.lua.
/// </summary>
internal static class UserRecordBytes
{
    public const byte Version = 1;

    private const int HeadBytes = 13;

    /// <summary>Reads a record; an empty one is that of a user who has none.</summary>
    /// <exception cref="StoreFormatException">A version that this program doesn't know, or damaged.</exception>
    public static UserRecord Read(RedisKey key, ReadOnlyMemory<byte> record, IReadOnlySet<ulong> known)
    {
        if (record.IsEmpty)
            return new UserRecord(0, default, default, known);
        var span = record.Span;
        if (span[0] != Version)
            throw new StoreFormatException($"The value of key {key} in Redis has version {span[0]}; this program knows version {Version}. Use a newer program.");
        int profile = span.Length < HeadBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(span[9..]);
        if (profile < 0 || profile > span.Length - HeadBytes)
            throw new StoreFormatException($"The value of key {key} in Redis is damaged: {span.Length} bytes are no user's record.");
        return new UserRecord(
            BinaryPrimitives.ReadInt64LittleEndian(span[1..]), record[(HeadBytes + profile)..], record.Slice(HeadBytes, profile), known);
    }
}
