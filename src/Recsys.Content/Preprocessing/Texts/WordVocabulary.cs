namespace Recsys.Content.Preprocessing.Texts;

/// <summary>The words and word pairs that are counted in a text, and how much each is worth.</summary>
public sealed record WordVocabulary
{
    /// <summary>Words, and pairs of words with a space between them; a text's vector has a place for each, in this order.</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>Inverse document frequency of each: ln((1 + texts) / (1 + texts with it)) + 1.</summary>
    public required IReadOnlyList<float> Weights { get; init; }

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Problem()
    {
        if (Terms is null || Weights is null) return "terms or weights are missing";
        if (Terms.Count > 200_000) return $"terms are {Terms.Count}, expected at most 200000";
        if (Weights.Count != Terms.Count) return $"weights are {Weights.Count}, expected {Terms.Count}: one a term";
        var known = new HashSet<string>(Terms.Count, StringComparer.Ordinal);
        for (var i = 0; i < Terms.Count; i++)
        {
            if (string.IsNullOrEmpty(Terms[i])) return $"terms[{i}] is empty, expected a word or a pair";
            if (!known.Add(Terms[i])) return $"terms[{i}] is '{Terms[i]}', which is there already";
            if (!float.IsFinite(Weights[i])) return $"weights[{i}] is {Weights[i]}, expected a finite number";
        }

        return null;
    }
}
