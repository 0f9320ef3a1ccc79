using System.Text;

namespace Recsys.Datasets.Reading;

/// <summary>Genres, tags and creators, cut to what the catalogue accepts.</summary>
internal static class ItemLists
{
    public const int MaxGenres = 50;
    public const int MaxTags = 200;
    public const int MaxCreators = 50;
    public const int MaxLanguages = 100;

    /// <summary>Splits at bars, else at semicolons, else at commas.</summary>
    public static IReadOnlyList<string> Split(string text, int max)
    {
        var separator = text.Contains('|') ? '|' : text.Contains(';') ? ';' : ',';
        return Keep(text.Split(separator), max);
    }

    /// <summary>Trims, leaves out empty, repeated and too long entries and those beyond <paramref name="max"/>.</summary>
    public static IReadOnlyList<string> Keep(IEnumerable<string> entries, int max)
    {
        var kept = new List<string>();
        foreach (var entry in entries)
        {
            var trimmed = entry.Trim();
            if (trimmed.Length > 0 && kept.Count < max && Encoding.UTF8.GetByteCount(trimmed) <= FieldRules.MaxIdBytes && !kept.Contains(trimmed))
                kept.Add(trimmed);
        }

        return kept;
    }
}
