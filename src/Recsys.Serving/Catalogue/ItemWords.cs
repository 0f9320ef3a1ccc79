namespace Recsys.Serving.Catalogue;

/// <summary>The words of an item's title and description, as short hashes: what tells which items are alike where their fields don't.</summary>
internal static class ItemWords
{
    /// <summary>Of one item at most, the title's first: a description's first sentences say what it's about.</summary>
    public const int Most = 24;

    // Shorter ones are mostly those that every text has.
    private const int MinLength = 4;

    /// <summary>The distinct words, in their order.</summary>
    public static ReadOnlySpan<uint> Pack(CatalogueItem item)
    {
        var words = new List<uint>(Most);
        Add(words, item.Title);
        Add(words, item.Description);
        return words.ToArray();
    }

    private static void Add(List<uint> words, string text)
    {
        for (var (start, at) = (0, 0); at <= text.Length && words.Count < Most; at++)
        {
            if (at < text.Length && char.IsLetterOrDigit(text[at])) continue;
            if (at - start >= MinLength && (uint)FieldKeys.OfText(text[start..at]) is var word && !words.Contains(word)) words.Add(word);
            start = at + 1;
        }
    }
}
