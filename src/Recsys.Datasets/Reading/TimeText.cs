using System.Globalization;

namespace Recsys.Datasets.Reading;

/// <summary>
/// Reads times. A number is Unix seconds below 10^11, milliseconds below 10^14, microseconds below 10^17, else nanoseconds, decimals allowed: so
/// milliseconds before
/// March 1973 are taken for seconds (and found to lie in the future). Text is ISO 8601, UTC where it names no offset.
/// </summary>
internal static class TimeText
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
    private const decimal Largest = 9_000_000_000_000_000_000m;

    public static bool TryParse(string text, out long timeMs)
    {
        timeMs = 0;
        if (decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var number))
        {
            var size = Math.Abs(number);
            if (size > Largest)
                return false;
            timeMs = (long)decimal.Floor(size < 1e11m ? number * 1_000 : size < 1e14m ? number : size < 1e17m ? number / 1_000 : number / 1_000_000);
            return true;
        }

        if (!LooksIso(text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;
        timeMs = time.ToUnixTimeMilliseconds();
        return true;
    }

    // The parser of .NET also takes "5 June" and the like, which would silently be this year's.
    private static bool LooksIso(string text) =>
        text.Length >= 10 && text[4] == '-' && text[7] == '-' && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[3]) && char.IsAsciiDigit(text[9]);
}
