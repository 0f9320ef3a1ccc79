namespace Recsys.Content.Preprocessing.Texts;

/// <summary>Learns which words and word pairs texts have in common, and how telling each is.</summary>
internal sealed class WordFit
{
    // Beyond this many, terms seen in one text so far are forgotten: a pair that comes again is counted from there.
    private const int MostTerms = 4_000_000;

    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Counts the terms of a cleaned text, each once.</summary>
    internal void Add(string text)
    {
        _count++;
        _seen.Clear();
        foreach (var term in TextTerms.Of(text))
        {
            if (_seen.Add(term)) _texts[term] = _texts.GetValueOrDefault(term) + 1;
        }

        if (_texts.Count < MostTerms) return;
        foreach (var (term, texts) in _texts)
        {
            if (texts == 1) _texts.Remove(term);
        }
    }

    /// <summary>The vocabulary: at most so many words and as many pairs, those of most texts, at least two where any has two.</summary>
    internal WordVocabulary Learn(int most)
    {
        var least = _texts.Values.Any(texts => texts >= 2) ? 2 : 1;
        var frequent = _texts.Where(entry => entry.Value >= least).OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        var words = frequent.Where(entry => !entry.Key.Contains(' ', StringComparison.Ordinal)).Take(most);
        var pairs = frequent.Where(entry => entry.Key.Contains(' ', StringComparison.Ordinal)).Take(most);
        var kept = words.Concat(pairs).ToList();
        return new()
        {
            Terms = [.. kept.Select(entry => entry.Key)],
            Weights = [.. kept.Select(entry => (float)(Math.Log((1.0 + _count) / (1 + entry.Value)) + 1))],
        };
    }
}
