using System.Globalization;
using System.Text;

namespace Recsys.Server.Validation;

/// <summary>
/// Text of callers as a terminal and a log may have it: what a terminal would obey (C0, C1) and what turns the order of letters or isn't seen is written as JSON does, \u001B.
/// </summary>
internal static class Printable
{
    private const int MaxShownLength = 64;

    /// <summary>The text, the same object where there is nothing to escape.</summary>
    /// <param name="text">The text.</param>
    /// <param name="areLines">Ends of lines and tabs stay.</param>
    public static string Of(string text, bool areLines = false)
    {
        var first = 0;
        while (first < text.Length && !IsEscaped(text[first], areLines)) first++;
        if (first == text.Length) return text;
        var shown = new StringBuilder(text, 0, first, text.Length + 16);
        foreach (var c in text.AsSpan(first))
        {
            if (IsEscaped(c, areLines)) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else shown.Append(c);
        }

        return shown.ToString();
    }

    /// <summary>The text's beginning, as part of a sentence.</summary>
    public static string Short(string text) => Of(text.Length <= MaxShownLength ? text : $"{text.AsSpan(0, MaxShownLength)}...");

    // Joiners stay: Persian and Indic words and many emoji need them, and they move nothing.
    private static bool IsEscaped(char c, bool areLines) => c is < ' ' or >= '\x7F'
        && !(areLines && c is '\n' or '\t')
        && c is not ('\u200C' or '\u200D')
        && char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
