using Recsys.Serving.Catalogue;

namespace Recsys.Serving.Fresh;

/// <summary>What an item's attributes say: kind, genres, tags, creators, languages, parent, texts and flags of its own attributes, words of title and description.</summary>
internal static class AttributeTokens
{
    /// <summary>Of one item at most; the fields come before the words.</summary>
    public const int Most = 64;

    // A word that two texts share is seldom what they are about.
    private const float WordWeight = 0.3f;

    /// <summary>Reads an item's tokens, each once, in the item's own order, so that sums over them are the same in every process; none where the catalogue doesn't have it.</summary>
    public static void Read(CatalogueMirror catalogue, uint item, List<AttributeToken> tokens)
    {
        tokens.Clear();
        var fields = catalogue.Fields(item);
        if (!fields.IsKnown) return;
        Add(tokens, FieldKeys.Of(FieldKeys.Kind, (ulong)fields.Kind), 1);
        foreach (var key in fields.TextKeys)
        {
            // Between the texts of attributes.
            if (key != 0) Add(tokens, key, 1);
        }

        foreach (var word in catalogue.Words(item)) Add(tokens, FieldKeys.Of(FieldKeys.Words, word), WordWeight);
    }

    private static void Add(List<AttributeToken> tokens, ulong key, float weight)
    {
        if (tokens.Count == Most) return;
        foreach (var token in tokens)
        {
            if (token.Key == key) return;
        }

        tokens.Add(new(key, weight));
    }
}
