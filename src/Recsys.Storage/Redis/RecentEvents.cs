using System.Buffers.Binary;

namespace Recsys.Storage.Redis;

/// <summary>
/// The bytes of a user's duplicate window, oldest first: an event's hash (8 bytes) and its receive time (6 bytes, Unix milliseconds) each; little-endian.
/// </summary>
internal static class RecentEvents
{
    private const int HashBytes = 8;
    private const int EntryBytes = 14;

    /// <summary>Those of the asked hashes that the window holds.</summary>
    public static HashSet<ulong> Find(ReadOnlySpan<byte> window, IReadOnlyList<ulong> asked, long nowMs)
    {
        var known = new HashSet<ulong>();
        for (int i = 0; i < asked.Count; i++)
        {
            // The newest entry of a hash decides.
            for (int at = window.Length - EntryBytes; at >= 0; at -= EntryBytes)
            {
                if (BinaryPrimitives.ReadUInt64LittleEndian(window[at..]) != asked[i])
                    continue;
                if (nowMs - Time(window[(at + HashBytes)..]) <= DuplicateWindowRules.DurationMs)
                    known.Add(asked[i]);
                break;
            }
        }

        return known;
    }

    /// <summary>The entries of those appended events that have a hash.</summary>
    public static byte[] Encode(IReadOnlyList<LogAppend> appends, long receiveTimeMs)
    {
        int count = 0;
        for (int i = 0; i < appends.Count; i++)
            count += appends[i].EventHash == 0 ? 0 : 1;
        byte[] entries = new byte[count * EntryBytes];
        var rest = entries.AsSpan();
        for (int i = 0; i < appends.Count; i++)
        {
            if (appends[i].EventHash == 0)
                continue;
            BinaryPrimitives.WriteUInt64LittleEndian(rest, appends[i].EventHash);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[HashBytes..], (uint)receiveTimeMs);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[(HashBytes + 4)..], (ushort)(receiveTimeMs >> 32));
            rest = rest[EntryBytes..];
        }

        return entries;
    }

    private static long Time(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes) | (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) << 32;
}
