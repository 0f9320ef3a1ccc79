namespace Recsys.Content.Preprocessing.Texts;

/// <summary>
/// Learns word pieces by byte-pair merges over word counts (Sennrich et al. 2016): begins with characters and joins the most frequent pair of neighbours until there are enough. Of pairs as frequent the one of earlier pieces comes first, so that
/// the same texts give the same pieces.
/// </summary>
internal sealed class WordPieceTraining
{
    private const int LongestWord = 64;
    private const int MostWords = 4_000_000;

    // A pair that was seen once says nothing of a language.
    private const int LeastCount = 2;

    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts the words of a cleaned text.</summary>
    internal void Add(string text)
    {
        foreach (var token in TextTokens.Of(text))
        {
            if (token.Length > LongestWord) continue;
            var word = text.Substring(token.Start, token.Length);
            if (token.AfterSpace) word = WordPieceVocabulary.Space + word;
            _counts[word] = _counts.GetValueOrDefault(word) + 1;
        }

        if (_counts.Count < MostWords) return;
        foreach (var (word, count) in _counts)
        {
            if (count == 1) _counts.Remove(word);
        }
    }

    /// <summary>The vocabulary of at most so many ids, 256 and two of them fixed.</summary>
    internal WordPieceVocabulary Learn(int ids, CancellationToken cancellation)
    {
        var room = ids - WordPieceVocabulary.FirstPiece;
        var pieces = Alphabet(room / 2);
        var known = pieces.Select((piece, id) => (piece, id)).ToDictionary(entry => entry.piece, entry => entry.id, StringComparer.Ordinal);
        var merges = new PieceMerges(pieces);
        foreach (var (word, count) in _counts.OrderBy(entry => entry.Key, StringComparer.Ordinal)) AddWord(merges, known, word, count);
        while (pieces.Count < room && merges.TryJoinNext(LeastCount, WordPieceVocabulary.LongestPiece)) cancellation.ThrowIfCancellationRequested();
        return new() { Pieces = [.. pieces.Distinct(StringComparer.Ordinal)] };
    }

    // Characters of the words, the most frequent first; what isn't among them is written in bytes.
    private List<string> Alphabet(int most)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (word, count) in _counts)
        {
            foreach (var rune in word.EnumerateRunes())
            {
                var character = rune.ToString();
                counts[character] = counts.GetValueOrDefault(character) + count;
            }
        }

        counts[WordPieceVocabulary.Space.ToString()] = long.MaxValue;
        return [.. counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Take(most).Select(entry => entry.Key)];
    }

    // A character that isn't in the alphabet parts the word in two.
    private static void AddWord(PieceMerges merges, Dictionary<string, int> known, string word, long count)
    {
        var part = new List<int>();
        foreach (var rune in word.EnumerateRunes())
        {
            if (known.TryGetValue(rune.ToString(), out var id))
            {
                part.Add(id);
                continue;
            }

            merges.Add(part, count);
            part.Clear();
        }

        merges.Add(part, count);
    }
}
