using System.Globalization;
using System.Text;

namespace Recsys.Datasets.Reading;

/// <summary>What the server accepts, so that a reader rejects the same with the line's number. Each check returns null or the reason.</summary>
internal static class FieldRules
{
    public const int MaxIdBytes = 128;
    public const int MaxTitleBytes = 1_024;
    public const int MaxDescriptionBytes = 16_384;
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan MaxPlay = TimeSpan.FromDays(30);

    public static string? CheckId(string name, string? id)
    {
        if (string.IsNullOrEmpty(id))
            return $"the {name} id is empty";
        return CheckOptionalId(name, id);
    }

    public static string? CheckOptionalId(string name, string id)
    {
        if (id.Length > MaxIdBytes || Encoding.UTF8.GetByteCount(id) > MaxIdBytes)
            return $"the {name} id has more than {MaxIdBytes} bytes";
        foreach (var c in id)
        {
            if (char.IsControl(c))
                return $"the {name} id has the control character U+{(int)c:X4}";
        }

        return null;
    }

    /// <summary>The newest time that's accepted, in Unix milliseconds.</summary>
    public static long LatestTimeMs(TimeProvider clock) => (clock.GetUtcNow() + ClockTolerance).ToUnixTimeMilliseconds();

    public static string? CheckTime(long timeMs, long latestMs)
    {
        if (timeMs < 0)
            return "the time is before 1970";
        return timeMs > latestMs ? $"the time {Iso(timeMs)} is in the future" : null;
    }

    public static string? CheckText(string name, string text, int maxBytes) =>
        Encoding.UTF8.GetByteCount(text) > maxBytes ? $"the {name} has more than {maxBytes} bytes" : null;

    private static string Iso(long timeMs) => timeMs <= 253_402_300_799_999
        ? DateTimeOffset.FromUnixTimeMilliseconds(timeMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : "after the year 9999";
}
