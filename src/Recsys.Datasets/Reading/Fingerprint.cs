using System.Globalization;

namespace Recsys.Datasets.Reading;

/// <summary>FNV-1a of 64 bits over UTF-16 code units (Fowler, Noll, Vo: draft-eastlake-fnv): for ids that are the same on every machine.</summary>
internal static class Fingerprint
{
    private const ulong Offset = 14_695_981_039_346_656_037;
    private const ulong Prime = 1_099_511_628_211;

    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = Offset;
        foreach (var c in text)
            hash = (((hash ^ (byte)c) * Prime) ^ (byte)(c >> 8)) * Prime;
        return hash;
    }

    /// <summary>An event id from the format's tag, the line's number and its content.</summary>
    public static string EventId(string tag, long lineNumber, ReadOnlySpan<char> content) =>
        string.Create(CultureInfo.InvariantCulture, $"{tag}-{lineNumber}-{Of(content):x16}");
}
