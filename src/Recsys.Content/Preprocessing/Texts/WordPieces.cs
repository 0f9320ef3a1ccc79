using System.Text;

namespace Recsys.Content.Preprocessing.Texts;

/// <summary>Cuts cleaned texts into the ids of a <see cref="WordPieceVocabulary"/>: of each word the longest piece that it begins with, then of the rest; bytes where no piece fits. Immutable, thread-safe.</summary>
public sealed class WordPieces
{
    private readonly WordPieceVocabulary _vocabulary;
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly int _longest;

    /// <param name="vocabulary">Without a piece twice.</param>
    public WordPieces(WordPieceVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        _ids = new(vocabulary.Pieces.Count, StringComparer.Ordinal);
        for (var i = 0; i < vocabulary.Pieces.Count; i++) _ids.Add(vocabulary.Pieces[i], WordPieceVocabulary.FirstPiece + i);
        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _longest = vocabulary.Pieces.Count > 0 ? vocabulary.Pieces.Max(piece => piece.Length) : 0;
    }

    /// <summary>How many ids there are.</summary>
    public int Count => _vocabulary.Count();

    /// <summary>The first ids of a cleaned text; none of an empty one.</summary>
    /// <param name="text">Cleaned.</param>
    /// <param name="most">The most ids.</param>
    public int[] Encode(string text, int most)
    {
        var ids = new List<int>(Math.Min(most, text.Length));
        Span<char> buffer = stackalloc char[256];
        foreach (var token in TextTokens.Of(text))
        {
            if (ids.Count >= most) break;
            var word = token.Length < buffer.Length ? buffer[..(token.Length + 1)] : new char[token.Length + 1];
            word[0] = WordPieceVocabulary.Space;
            text.AsSpan(token.Start, token.Length).CopyTo(word[1..]);
            AddWord(token.AfterSpace ? word : word[1..], ids);
        }

        if (ids.Count > most) ids.RemoveRange(most, ids.Count - most);
        return [.. ids];
    }

    /// <summary>The text of ids; of bytes that are no UTF-8, U+FFFD. Ids that stand for no text are passed over.</summary>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>(ids.Length * 4);
        foreach (var id in ids) Append(id, bytes);
        return Encoding.UTF8.GetString([.. bytes]).TrimStart(' ');
    }

    /// <summary>Adds the UTF-8 bytes of an id, a space before a word included: for texts that are written piece by piece.</summary>
    internal void Append(int id, List<byte> bytes)
    {
        switch (id)
        {
            // What comes after begins with its own space.
            case WordPieceVocabulary.Nothing or WordPieceVocabulary.Between:
                break;
            case < WordPieceVocabulary.FirstPiece:
                bytes.Add((byte)(id - WordPieceVocabulary.FirstByte));
                break;
            default:
                bytes.AddRange(Encoding.UTF8.GetBytes(_vocabulary.Pieces[id - WordPieceVocabulary.FirstPiece].Replace(WordPieceVocabulary.Space, ' ')));
                break;
        }
    }

    private void AddWord(ReadOnlySpan<char> word, List<int> ids)
    {
        Span<byte> utf8 = stackalloc byte[4];
        while (!word.IsEmpty)
        {
            var length = Math.Min(_longest, word.Length);
            var id = 0;
            while (length > 0 && !_lookup.TryGetValue(word[..length], out id)) length--;
            if (length > 0)
            {
                ids.Add(id);
                word = word[length..];
                continue;
            }

            Rune.DecodeFromUtf16(word, out var rune, out var units);
            // The mark of a space is a space where no piece has it.
            if (rune.Value == WordPieceVocabulary.Space) rune = new(' ');
            foreach (var value in utf8[..rune.EncodeToUtf8(utf8)]) ids.Add(WordPieceVocabulary.FirstByte + value);
            word = word[units..];
        }
    }
}
