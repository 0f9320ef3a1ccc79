using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Recsys.Serving.Catalogue;

/// <summary>
/// Texts of which those that are the same by Unicode (canonically equivalent: "é" as one character or as an e and an accent) are equal: decomposed, with marks in their canonical order (NFD,
/// Unicode Standard Annex 15). Two texts are equal in this form exactly if they are in NFC. The runtime's own normalization does nothing where globalization is invariant, as it is here.
/// </summary>
internal static class CanonicalText
{
    // No character before this is made of others or combines.
    private const char First = '\u00C0';

    // The Unicode Standard, 3.12: a syllable is a leading consonant, a vowel and perhaps a trailing consonant.
    private const int Syllables = 0xAC00;
    private const int SyllableCount = 11_172;
    private const int Leading = 0x1100;
    private const int Vowels = 0x1161;
    private const int VowelCount = 21;
    private const int Trailing = 0x11A7;
    private const int TrailingCount = 28;

    private static readonly (FrozenDictionary<int, Rune[]> Parts, FrozenDictionary<int, byte> Classes) Tables = ReadTables();

    /// <summary>The text in that form; the same object where it is already, as plain text mostly is.</summary>
    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(First - 1)) < 0) return text;
        var runes = new List<Rune>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes()) AddParts(runes, rune);
        var decomposed = new StringBuilder(text.Length + 8);
        foreach (var rune in runes) decomposed.Append(rune);
        return decomposed.ToString();
    }

    private static void AddParts(List<Rune> runes, Rune rune)
    {
        if (rune.Value - Syllables is >= 0 and < SyllableCount and var syllable)
        {
            runes.Add(new(Leading + (syllable / (VowelCount * TrailingCount))));
            runes.Add(new(Vowels + (syllable / TrailingCount % VowelCount)));
            if (syllable % TrailingCount is > 0 and var trailing) runes.Add(new(Trailing + trailing));
        }
        else if (Tables.Parts.TryGetValue(rune.Value, out var parts))
        {
            foreach (var part in parts) AddOrdered(runes, part);
        }
        else
        {
            AddOrdered(runes, rune);
        }
    }

    /// <summary>Adds a character; a mark goes before the marks of a higher class. Marks of one class stay in their order, which says something.</summary>
    private static void AddOrdered(List<Rune> runes, Rune rune)
    {
        var own = ClassOf(rune);
        var at = runes.Count;
        if (own > 0)
        {
            while (at > 0 && ClassOf(runes[at - 1]) > own) at--;
        }

        runes.Insert(at, rune);
    }

    private static int ClassOf(Rune rune) => rune.Value < First ? 0 : Tables.Classes.GetValueOrDefault(rune.Value);

    private static (FrozenDictionary<int, Rune[]> Parts, FrozenDictionary<int, byte> Classes) ReadTables()
    {
        var (parts, classes) = (new Dictionary<int, Rune[]>(), new Dictionary<int, byte>());
        using var stream = typeof(CanonicalText).Assembly.GetManifestResourceStream("CanonicalText") ?? throw new InvalidOperationException("The assembly has no resource CanonicalText.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line[0] == '#') continue;
            if (line.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
            {
                parts.Add(CodePoint(line.AsSpan(0, equals)), [.. line[(equals + 1)..].Split(' ').Select(static part => new Rune(CodePoint(part)))]);
                continue;
            }

            var (dash, colon) = (line.IndexOf('-', StringComparison.Ordinal), line.IndexOf(':', StringComparison.Ordinal));
            var value = byte.Parse(line.AsSpan(colon + 1), CultureInfo.InvariantCulture);
            for (var point = CodePoint(line.AsSpan(0, dash)); point <= CodePoint(line.AsSpan(dash + 1, colon - dash - 1)); point++) classes.Add(point, value);
        }

        return (parts.ToFrozenDictionary(), classes.ToFrozenDictionary());
    }

    private static int CodePoint(ReadOnlySpan<char> hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
