namespace Recsys.Content.Preprocessing.Texts;

/// <summary>
/// A cleaned text as a vector over a <see cref="WordVocabulary"/>: (1 + ln count) x inverse document frequency of each term, to length 1 (sublinear tf-idf: Salton and Buckley 1988). Immutable, thread-safe.
/// </summary>
internal sealed class WordWeights
{
    private readonly WordVocabulary _vocabulary;
    private readonly Dictionary<string, int> _places;

    internal WordWeights(WordVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        _places = new(vocabulary.Terms.Count, StringComparer.Ordinal);
        for (var i = 0; i < vocabulary.Terms.Count; i++) _places.Add(vocabulary.Terms[i], i);
    }

    internal int Count => _vocabulary.Terms.Count;

    /// <summary>The vector of a text; empty where no term is known.</summary>
    internal SparseVector Of(string text)
    {
        var counts = new SortedDictionary<int, int>();
        foreach (var term in TextTerms.Of(text))
        {
            if (_places.TryGetValue(term, out var place)) counts[place] = counts.GetValueOrDefault(place) + 1;
        }

        var (indices, values, at, squares) = (new int[counts.Count], new float[counts.Count], 0, 0.0);
        foreach (var (place, count) in counts)
        {
            var value = (1 + Math.Log(count)) * _vocabulary.Weights[place];
            (indices[at], values[at++]) = (place, (float)value);
            squares += value * value;
        }

        if (squares > 0)
        {
            var scale = 1 / Math.Sqrt(squares);
            for (var i = 0; i < values.Length; i++) values[i] = (float)(values[i] * scale);
        }

        return new(indices, values);
    }
}
