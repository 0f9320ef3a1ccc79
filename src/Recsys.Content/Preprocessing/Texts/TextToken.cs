namespace Recsys.Content.Preprocessing.Texts;

/// <summary>A word, a symbol or a mark of punctuation within a cleaned text.</summary>
/// <param name="Start">Where it begins, UTF-16 units.</param>
/// <param name="Length">UTF-16 units.</param>
/// <param name="AfterSpace">Whether a space is before it, or it begins the text.</param>
/// <param name="IsPunctuation">Whether it's punctuation: no word, no number, no emoji.</param>
internal readonly record struct TextToken(int Start, int Length, bool AfterSpace, bool IsPunctuation);
