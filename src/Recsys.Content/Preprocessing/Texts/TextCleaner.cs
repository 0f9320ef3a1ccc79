using System.Globalization;
using System.Net;
using System.Text;

namespace Recsys.Content.Preprocessing.Texts;

/// <summary>
/// A text as the tokenisers read it: HTML tags taken out and entities resolved, URLs and @names made one word each, form KC, lower case, control and invisible characters taken out, white space made one space. One pass a step, each linear
/// in the text's length.
/// </summary>
internal static class TextCleaner
{
    /// <summary>What stands for a URL.</summary>
    internal const string Url = "xxurl";

    /// <summary>What stands for an @name.</summary>
    internal const string AtName = "xxname";

    /// <summary>The longest text that is read, UTF-16 units.</summary>
    internal const int MostCharacters = 1_000_000;

    private const int LongestTag = 2000;

    /// <summary>Cleans a text.</summary>
    /// <param name="text">Any.</param>
    /// <param name="clean">Whether tags, entities, URLs and @names are looked for.</param>
    /// <param name="lowerCase">Whether letters become lower case.</param>
    internal static string Apply(string text, bool clean, bool lowerCase)
    {
        if (clean) text = WithoutUrls(WebUtility.HtmlDecode(WithoutTags(text)));
        text = Nfkc.Apply(text);
        if (lowerCase) text = text.ToLowerInvariant();
        return Tidy(text);
    }

    private static string WithoutTags(string text)
    {
        if (!text.Contains('<', StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var end = text[i] == '<' ? TagEnd(text, i) : -1;
            result.Append(end < 0 ? text[i] : ' ');
            if (end >= 0) i = end;
        }

        return result.ToString();
    }

    // A tag begins like one ("<3" doesn't) and ends soon, before another begins.
    private static int TagEnd(string text, int start)
    {
        if (start + 1 >= text.Length || !(char.IsAsciiLetter(text[start + 1]) || text[start + 1] is '/' or '!')) return -1;
        var rest = text.AsSpan(start + 1, Math.Min(LongestTag, text.Length - start - 1));
        var end = rest.IndexOfAny('<', '>');
        return end >= 0 && rest[end] == '>' ? start + 1 + end : -1;
    }

    private static string WithoutUrls(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var afterWord = i > 0 && char.IsLetterOrDigit(text[i - 1]);
            if (!afterWord && UrlLength(text.AsSpan(i)) is > 0 and var url)
            {
                result.Append(' ').Append(Url).Append(' ');
                i += url;
            }
            else if (!afterWord && text[i] == '@' && NameLength(text.AsSpan(i + 1)) is > 0 and var name)
            {
                result.Append(' ').Append(AtName).Append(' ');
                i += 1 + name;
            }
            else
            {
                result.Append(text[i++]);
            }
        }

        return result.ToString();
    }

    private static int UrlLength(ReadOnlySpan<char> rest)
    {
        var starts = rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("www.", StringComparison.OrdinalIgnoreCase);
        if (!starts) return 0;
        var length = 0;
        while (length < rest.Length && !char.IsWhiteSpace(rest[length]) && rest[length] is not ('<' or '>' or '"')) length++;
        return rest[..length].TrimEnd(".,;:!?)]'").Length;
    }

    private static int NameLength(ReadOnlySpan<char> rest)
    {
        var length = 0;
        while (length < rest.Length && (char.IsLetterOrDigit(rest[length]) || rest[length] == '_')) length++;
        return length;
    }

    private static string Tidy(string text)
    {
        var result = new StringBuilder(text.Length);
        var space = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                space = true;
                continue;
            }

            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned) continue;
            // Variation selectors: whether a heart is drawn in colour is no other word.
            if (rune.Value is >= 0xFE00 and <= 0xFE0F) continue;
            if (space && result.Length > 0) result.Append(' ');
            space = false;
            result.Append(rune.Value switch
            {
                // What marks a space within pieces may not come from a text.
                WordPieceVocabulary.Space => "_",
                0x2018 or 0x2019 => "'",
                _ => rune.ToString(),
            });
        }

        return result.ToString();
    }
}
