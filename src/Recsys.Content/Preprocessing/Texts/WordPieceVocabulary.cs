namespace Recsys.Content.Preprocessing.Texts;

/// <summary>
/// The pieces that texts are cut into. Ids: 0 says that there is no text, 1 stands between two texts, 2 to 257 are the bytes 0 to 255 of UTF-8 for what no
/// piece covers, then <see cref="Pieces"/> in
/// order. A piece that begins a word after a space begins with <see cref="Space"/>.
/// </summary>
public sealed record WordPieceVocabulary
{
    /// <summary>The id where there's no text.</summary>
    public const int Nothing = 0;

    /// <summary>The id between two texts.</summary>
    public const int Between = 1;

    /// <summary>The id of byte 0.</summary>
    public const int FirstByte = 2;

    /// <summary>The id of the first of <see cref="Pieces"/>.</summary>
    public const int FirstPiece = FirstByte + 256;

    /// <summary>The longest piece, UTF-16 units.</summary>
    public const int LongestPiece = 24;

    /// <summary>What a space before a word is in its first piece: U+2581.</summary>
    public const char Space = '\u2581';

    /// <summary>The learned pieces, the most useful first.</summary>
    public required IReadOnlyList<string> Pieces { get; init; }

    /// <summary>How many ids there are.</summary>
    public int Count() => FirstPiece + Pieces.Count;

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Problem()
    {
        if (Pieces is null) return "pieces are missing";
        if (Pieces.Count > 100_000) return $"pieces are {Pieces.Count}, expected at most 100000";
        var known = new HashSet<string>(Pieces.Count, StringComparer.Ordinal);
        for (var i = 0; i < Pieces.Count; i++)
        {
            if (Pieces[i] is not { Length: > 0 and <= LongestPiece }) return $"pieces[{i}] has {Pieces[i]?.Length ?? 0} characters, expected 1 to {LongestPiece}";
            if (!known.Add(Pieces[i])) return $"pieces[{i}] is '{Pieces[i]}', which is there already";
        }

        return null;
    }
}
