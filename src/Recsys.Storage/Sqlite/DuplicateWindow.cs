using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Recsys.Storage.Sqlite;

/// <summary>
/// The bytes of a user's duplicate window: the newest 1,000 event hashes of at most 24 hours, oldest first. n hashes of 8 bytes, then n times of 6 bytes (Unix
/// milliseconds), little-endian. It lies in the user's row, which each commit rewrites anyway: a look-up costs no further page, and what has run out goes
/// with the next write. Most users have a few dozen; the most that it can be is 14,000 bytes.
/// </summary>
internal static class DuplicateWindow
{
    private const int HashBytes = 8;
    private const int TimeBytes = 6;
    private const int EntryBytes = HashBytes + TimeBytes;

    /// <summary>Adds those of the asked hashes that the window holds to <paramref name="known"/>.</summary>
    public static void Find(ReadOnlySpan<byte> window, IReadOnlyList<ulong> asked, long nowMs, HashSet<ulong> known)
    {
        int count = window.Length / EntryBytes;
        var hashes = Hashes(window, count);
        for (int i = 0; i < asked.Count; i++)
        {
            // The newest entry of a hash decides.
            int found = hashes.LastIndexOf(ToStored(asked[i]));
            if (found >= 0 && nowMs - Time(window, count, found) <= DuplicateWindowRules.DurationMs)
                known.Add(asked[i]);
        }
    }

    /// <summary>
    /// The window with the non-zero hashes of <paramref name="appends"/> at its end, without what has run out by <paramref name="nowMs"/>; null: as it was.
    /// </summary>
    public static ReadOnlyMemory<byte>? Extend(ReadOnlySpan<byte> window, IReadOnlyList<LogAppend> appends, long nowMs)
    {
        int added = 0;
        for (int i = 0; i < appends.Count; i++)
            added += appends[i].EventHash == 0 ? 0 : 1;
        if (added == 0)
            return null;

        int count = window.Length / EntryBytes;
        int kept = Math.Min(count, Math.Max(0, DuplicateWindowRules.MaxCount - added));
        int first = count - kept;
        while (first < count && nowMs - Time(window, count, first) > DuplicateWindowRules.DurationMs)
            first++;
        kept = count - first;

        int skipped = Math.Max(0, added - DuplicateWindowRules.MaxCount);
        int total = kept + added - skipped;
        byte[] result = new byte[total * EntryBytes];
        window.Slice(first * HashBytes, kept * HashBytes).CopyTo(result);
        window.Slice(count * HashBytes + first * TimeBytes, kept * TimeBytes).CopyTo(result.AsSpan(total * HashBytes));
        int next = kept;
        for (int i = 0; i < appends.Count; i++)
        {
            if (appends[i].EventHash == 0 || skipped-- > 0)
                continue;
            BinaryPrimitives.WriteUInt64LittleEndian(result.AsSpan(next * HashBytes), appends[i].EventHash);
            WriteTime(result.AsSpan(total * HashBytes + next * TimeBytes), nowMs);
            next++;
        }

        return result;
    }

    private static ReadOnlySpan<ulong> Hashes(ReadOnlySpan<byte> window, int count) => MemoryMarshal.Cast<byte, ulong>(window[..(count * HashBytes)]);

    private static ulong ToStored(ulong hash) => BitConverter.IsLittleEndian ? hash : BinaryPrimitives.ReverseEndianness(hash);

    private static long Time(ReadOnlySpan<byte> window, int count, int index)
    {
        var bytes = window.Slice(count * HashBytes + index * TimeBytes, TimeBytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) | (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) << 32;
    }

    private static void WriteTime(Span<byte> bytes, long timeMs)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)timeMs);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], (ushort)(timeMs >> 32));
    }
}
