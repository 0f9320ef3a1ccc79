using System.Text.Json.Serialization;
using Recsys.Content.Preprocessing.Texts;

namespace Recsys.Content.Preprocessing;

/// <summary>A column with what was learned of it from the training part. Immutable; kept with the model.</summary>
public sealed record FittedColumn
{
    /// <summary>What was declared.</summary>
    public required ColumnSettings Settings { get; init; }

    /// <summary>What is taken from values: one of a number (after the logarithm where that's asked for), one a channel of an image, one a place of a sequence's vectors. Else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Offsets { get; init; }

    /// <summary>What values are divided by then; above 0, as many as <see cref="Offsets"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Scales { get; init; }

    /// <summary>Number: what the network reads where it's unknown: the mean, scaled. Else 0.</summary>
    public double Missing { get; init; }

    /// <summary>Categories that are known, of a category or of a sequence, the most frequent first. Else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Text of a dense network: its words. Else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WordVocabulary? Words { get; init; }

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Problem()
    {
        if (Settings is null) return "settings are missing";
        if (Settings.Problem() is { } problem) return $"settings.{problem}";
        if (Categories is { } categories && CategoriesProblem(categories) is { } wrong) return wrong;
        if (!double.IsFinite(Missing)) return $"missing is {Missing}, expected a finite number";
        if ((Offsets?.Count ?? 0) != (Scales?.Count ?? 0)) return $"offsets are {Offsets?.Count ?? 0} and scales {Scales?.Count ?? 0}, expected as many";
        for (var i = 0; i < (Offsets?.Count ?? 0); i++)
        {
            if (!double.IsFinite(Offsets![i])) return $"offsets[{i}] is {Offsets[i]}, expected a finite number";
            if (!(Scales![i] > 0 && double.IsFinite(Scales[i]))) return $"scales[{i}] is {Scales[i]}, expected a finite number above 0";
        }

        var (needed, found) = (Settings.Kind switch { ColumnKind.Number => 1, ColumnKind.Image => Settings.Grey ? 1 : 3, _ => -1 }, Offsets?.Count ?? 0);
        if (needed > 0 && found != needed) return $"offsets are {found}, expected {needed}";
        return Settings.Kind switch
        {
            ColumnKind.Category when Categories is null => "categories are missing",
            ColumnKind.Sequence when Categories is null && found is < 1 or > 4096 => $"offsets are {found}, expected 1 to 4096 where there are no categories",
            _ => Words?.Problem() is { } words ? $"words.{words}" : null,
        };
    }

    private static string? CategoriesProblem(IReadOnlyList<string> categories)
    {
        if (categories.Count > 100_000) return $"categories are {categories.Count}, expected at most 100000";
        var known = new HashSet<string>(categories.Count, StringComparer.Ordinal);
        for (var i = 0; i < categories.Count; i++)
        {
            if (string.IsNullOrEmpty(categories[i])) return $"categories[{i}] is empty, expected a text";
            if (!known.Add(categories[i])) return $"categories[{i}] is '{categories[i]}', which is there already";
        }

        return null;
    }
}
