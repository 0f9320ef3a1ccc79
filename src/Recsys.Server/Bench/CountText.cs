using System.Globalization;

namespace Recsys.Server.Bench;

/// <summary>Whole numbers as people write them: 500, 10k, 1m.</summary>
internal static class CountText
{
    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It's no whole number of 1 or more.</exception>
    public static int Parse(string option, string text)
    {
        var scale = text.Length == 0 ? 1 : char.ToLowerInvariant(text[^1]) switch { 'k' => 1_000, 'm' => 1_000_000, _ => 1 };
        var digits = scale == 1 ? text : text[..^1];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number * scale is >= 1 and <= int.MaxValue
            ? (int)(number * scale)
            : throw new FormatException($"{option}: '{text}' is no whole number such as 500, 10k or 1m.");
    }

    /// <summary>Writes one, shortly.</summary>
    public static string Short(long number) => number switch
    {
        >= 1_000_000 when number % 100_000 == 0 => (number / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + "m",
        >= 1_000 when number % 100 == 0 => (number / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };
}
