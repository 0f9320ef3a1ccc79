using System.Globalization;
using System.Text;

namespace Recsys.Content.Preprocessing.Texts;

/// <summary>
/// Cuts a cleaned text into words: letters, digits and marks that stand together, with an apostrophe within ("don't"). Each symbol (an emoji), mark of punctuation, and letter of scripts that put no spaces (Han, kana, Thai, Khmer, Lao,
/// Burmese) is one by itself.
/// </summary>
internal static class TextTokens
{
    private enum Sort
    {
        Space,
        Letter,
        Alone,
        Symbol,
        Punctuation,
        Mark,
    }

    /// <summary>The tokens in order; white space between them is none.</summary>
    internal static IEnumerable<TextToken> Of(string text)
    {
        var afterSpace = true;
        for (var at = 0; at < text.Length;)
        {
            var (sort, length) = Next(text, at);
            if (sort == Sort.Space)
            {
                afterSpace = true;
                at += length;
                continue;
            }

            var end = sort is Sort.Letter or Sort.Mark ? WordEnd(text, at + length) : MarksEnd(text, at + length);
            yield return new(at, end - at, afterSpace, sort == Sort.Punctuation);
            afterSpace = false;
            at = end;
        }
    }

    private static int WordEnd(string text, int at)
    {
        while (at < text.Length)
        {
            var (sort, length) = Next(text, at);
            var isWithin = sort is Sort.Letter or Sort.Mark;
            // An apostrophe counts between letters only.
            if (!isWithin && text[at] == '\'' && at + 1 < text.Length) isWithin = Next(text, at + 1).Sort == Sort.Letter;
            if (!isWithin) break;
            at += length;
        }

        return at;
    }

    private static int MarksEnd(string text, int at)
    {
        while (at < text.Length)
        {
            var (sort, length) = Next(text, at);
            if (sort != Sort.Mark) break;
            at += length;
        }

        return at;
    }

    private static (Sort Sort, int Length) Next(string text, int at)
    {
        var found = Rune.TryGetRuneAt(text, at, out var rune) ? rune : Rune.ReplacementChar;
        var length = char.IsSurrogatePair(text, at) ? 2 : 1;
        return (SortOf(found), length);
    }

    private static Sort SortOf(Rune rune)
    {
        if (rune.Value == '_') return Sort.Letter;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.OtherLetter when StandsAlone(rune.Value) => Sort.Alone,
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Sort.Letter,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Sort.Mark,
            UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => Sort.Space,
            UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherSymbol => Sort.Symbol,
            _ => rune.Value is '\t' or '\n' or '\r' ? Sort.Space : Sort.Punctuation,
        };
    }

    private static bool StandsAlone(int point) =>
        point is >= 0x0E00 and <= 0x0EFF or >= 0x1000 and <= 0x109F or >= 0x1780 and <= 0x17FF or >= 0x3040 and <= 0x30FF or >= 0x3400 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x3FFFF;
}
