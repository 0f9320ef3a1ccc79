using System.Text;

namespace Recsys.Serving.Events;

/// <summary>
/// 64-bit hashes of event ids (for the duplicate window) and session ids: FNV-1a over the UTF-8 bytes, finished with MurmurHash3's fmix64 so that every bit depends on
/// every byte. Stored, so never to be changed. Two of a user's newest 1,000 ids collide with a probability below 1e-13.
/// </summary>
internal static class EventIdHash
{
    private const int StackBytes = 512;

    /// <summary>The hash of an id; 0, which means none, only for the empty one.</summary>
    public static ulong Of(string id)
    {
        Span<byte> buffer = stackalloc byte[StackBytes];
        return Encoding.UTF8.TryGetBytes(id, buffer, out var count) ? Of(buffer[..count]) : Of(Encoding.UTF8.GetBytes(id));
    }

    /// <summary>The hash of an id's UTF-8 bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return 0;
        var hash = 0xcbf29ce484222325UL;
        foreach (var b in utf8) hash = (hash ^ b) * 0x100000001b3UL;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        hash ^= hash >> 33;
        return hash == 0 ? 1 : hash;
    }
}
