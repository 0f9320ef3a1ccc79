using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Recsys.Serving.Lists;

namespace Recsys.Server.Validation;

/// <summary>The contract's rules for fields, as the protos state them. Each reports to the <see cref="FieldViolations"/> and says whether the field is right.</summary>
internal static class FieldRules
{
    public const string DefaultNamespace = "default";
    public const int MaxIdBytes = 128;
    public const int MaxYears = 21;
    public const int MaxPageTokenBytes = ListRequest.MaxPageTokenBytes;
    public static readonly TimeSpan MaxPlayTime = TimeSpan.FromDays(30);
    public static readonly TimeSpan MaxClockLead = TimeSpan.FromMinutes(10);

    /// <summary>Stands in a string for bytes that aren't UTF-8 (see <see cref="Utf8Repair"/>); a noncharacter, refused in every field.</summary>
    public const char NotUtf8 = '\uFFFF';

    private const string NotUtf8Text = "must be valid UTF-8";

    /// <summary>The namespace, or `default` for an empty one.</summary>
    public static string Namespace(this FieldViolations violations, string value, string field = "namespace")
    {
        if (value.Length == 0) return DefaultNamespace;
        if (!IsNamespace(value)) violations.Add(field, "must be at most 64 bytes of [a-z0-9_-]");
        return value;
    }

    public static bool IsNamespace(string value) =>
        value.Length is >= 1 and <= 64 && !value.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>An opaque id: 1 to 128 bytes of UTF-8 without control characters; may be empty unless required.</summary>
    public static bool Id(
        this FieldViolations violations, string field, string value, bool required = true, int index = -1, int maxBytes = MaxIdBytes, string leaf = "")
    {
        if (value.Length == 0)
        {
            if (required) violations.Add(field, index, leaf, "is required");
            return !required;
        }

        var fault = LengthFault(value, maxBytes) ?? UnicodeFault(value, controlAllowed: false);
        if (fault is null) return true;
        violations.Add(field, index, leaf, fault);
        return false;
    }

    /// <summary>Text for people: so many bytes of UTF-8.</summary>
    public static bool Text(this FieldViolations violations, string field, string value, int maxBytes, int index = -1, string leaf = "")
    {
        if (value.Length == 0) return true;
        var fault = LengthFault(value, maxBytes) ?? UnicodeFault(value, controlAllowed: true);
        if (fault is null) return true;
        violations.Add(field, index, leaf, fault);
        return false;
    }

    /// <summary>At most so many ids or texts.</summary>
    public static bool Count(this FieldViolations violations, string field, int count, int max, int min = 0)
    {
        if (count >= min && count <= max) return true;
        violations.Add(field, count < min
            ? "must not be empty"
            : string.Create(CultureInfo.InvariantCulture, $"holds {count} entries, at most {max} are allowed"));
        return false;
    }

    public static bool Range(this FieldViolations violations, string field, long value, long min, long max)
    {
        if (value >= min && value <= max) return true;
        violations.Add(field, string.Create(CultureInfo.InvariantCulture, $"must be {min} to {max}, is {value}"));
        return false;
    }

    public static bool Finite(this FieldViolations violations, string field, double value)
    {
        if (double.IsFinite(value)) return true;
        violations.Add(field, "must be a finite number");
        return false;
    }

    /// <summary>BCP 47: subtags of letters and digits with hyphens between them, at most 35 bytes.</summary>
    public static bool Locale(this FieldViolations violations, string field, string value, int index = -1, string leaf = "")
    {
        if (value.Length == 0) return true;
        if (value.Length <= 35 && IsLanguageTag(value)) return true;
        violations.Add(field, index, leaf, "must be a BCP 47 language tag of at most 35 bytes, e.g. pt-BR");
        return false;
    }

    public static bool Country(this FieldViolations violations, string field, string value, int index = -1, string leaf = "")
    {
        if (value.Length == 0 || IsCapitals(value, 2)) return true;
        violations.Add(field, index, leaf, "must be an ISO 3166-1 alpha-2 code in capitals, e.g. BR");
        return false;
    }

    /// <summary>An amount of money; the currency is required.</summary>
    public static void Money(this FieldViolations violations, string field, V1.Money? money)
    {
        if (money is null) return;
        if (!IsCapitals(money.CurrencyCode, 3)) violations.Add(field, -1, "currency_code", "must be an ISO 4217 code in capitals, e.g. EUR");
        if (money.AmountMicros < 0) violations.Add(field, -1, "amount_micros", "must be 0 or more");
    }

    /// <summary>Unix milliseconds of a timestamp, or null where there is none or it's no valid one.</summary>
    public static long? Time(this FieldViolations violations, string field, Timestamp? value, int index = -1, string leaf = "")
    {
        if (value is null) return null;

        // The range of a protobuf Timestamp: the years 1 to 9999.
        if (value.Seconds is >= -62_135_596_800 and <= 253_402_300_799 && value.Nanos is >= 0 and <= 999_999_999)
            return value.Seconds * 1_000 + value.Nanos / 1_000_000;
        violations.Add(field, index, leaf, "must be a valid time of the years 1 to 9999 with 0 to 999999999 nanoseconds");
        return null;
    }

    /// <summary>Milliseconds of a duration from 0 to <paramref name="max"/>, or -1 where there is none or it's out of range.</summary>
    public static long Span(this FieldViolations violations, string field, Duration? value, TimeSpan max)
    {
        if (value is null) return -1;
        if (value.Nanos is < 0 or > 999_999_999 || value.Seconds < 0 || value.Seconds > (long)max.TotalSeconds
            || (value.Seconds == (long)max.TotalSeconds && value.Nanos > 0))
        {
            violations.Add(field, string.Create(CultureInfo.InvariantCulture, $"must be 0 to {max.TotalDays:0.##} days"));
            return -1;
        }

        return value.Seconds * 1_000 + value.Nanos / 1_000_000;
    }

    /// <summary>The page size of a plain listing: 0 is the default, more than the most is cut to it.</summary>
    public static int ListingPageSize(this FieldViolations violations, int value)
    {
        const int Most = 1_000;
        if (value < 0) violations.Add("page_size", "must not be negative");
        return value == 0 ? 100 : Math.Min(value, Most);
    }

    /// <summary>The page size of a ranked list: 0 is the default, more than the most is refused.</summary>
    public static int RankedPageSize(this FieldViolations violations, int value)
    {
        const int Most = 500;
        if (value is < 0 or > Most)
            violations.Add("page_size", string.Create(CultureInfo.InvariantCulture, $"must be 1 to {Most} (0: the default), is {value}"));
        return value;
    }

    private static string? LengthFault(string value, int maxBytes)
    {
        // No UTF-16 code unit takes more than three bytes of UTF-8.
        if (value.Length <= maxBytes / 3) return null;
        var bytes = value.Length > maxBytes ? value.Length : Encoding.UTF8.GetByteCount(value);
        return bytes <= maxBytes ? null : string.Create(CultureInfo.InvariantCulture, $"must be at most {maxBytes} bytes of UTF-8, is longer");
    }

    /// <summary>Ids take no U+FFFD: it's what decoders, such as that of URLs, put in the place of bytes that aren't UTF-8, and would make one id of many.</summary>
    private static string? UnicodeFault(string value, bool controlAllowed)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c < 0x7F && c >= 0x20) continue;
            if (char.IsControl(c) && (!controlAllowed || c == '\0')) return "must not contain control characters";
            if (c == NotUtf8 || (c == '\uFFFD' && !controlAllowed)) return NotUtf8Text;
            if (!char.IsSurrogate(c)) continue;
            if (!char.IsHighSurrogate(c) || i + 1 == value.Length || !char.IsLowSurrogate(value[i + 1])) return NotUtf8Text;
            i++;
        }

        return null;
    }

    private static bool IsLanguageTag(string value)
    {
        var length = 0;
        foreach (var c in value)
        {
            if (c == '-')
            {
                if (length == 0) return false;
                length = 0;
            }
            else if (!char.IsAsciiLetterOrDigit(c) || ++length > 8)
            {
                return false;
            }
        }

        return length > 0;
    }

    private static bool IsCapitals(string value, int length) => value.Length == length && !value.AsSpan().ContainsAnyExceptInRange('A', 'Z');
}
