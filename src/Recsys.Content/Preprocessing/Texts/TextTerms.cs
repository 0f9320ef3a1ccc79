namespace Recsys.Content.Preprocessing.Texts;

/// <summary>The words of cleaned texts, one a line, and their pairs of neighbouring words, a space between them; punctuation is passed over.</summary>
internal static class TextTerms
{
    private const int LongestWord = 64;

    internal static IEnumerable<string> Of(string lines) => lines.Contains('\n', StringComparison.Ordinal) ? lines.Split('\n').SelectMany(OfLine) : OfLine(lines);

    private static IEnumerable<string> OfLine(string text)
    {
        string? last = null;
        foreach (var token in TextTokens.Of(text))
        {
            if (token.IsPunctuation) continue;
            var word = text.Substring(token.Start, Math.Min(token.Length, LongestWord));
            yield return word;
            if (last is not null) yield return $"{last} {word}";
            last = word;
        }
    }
}
