using System.Globalization;

namespace Recsys.Datasets.Formats;

/// <summary>MovieLens writes "Matrix, The (1999)": this makes it "The Matrix (1999)" and finds the year. The year stays in the title, because remakes share
/// the rest.</summary>
internal static class MovieLensTitle
{
    private static readonly string[] Articles =
        ["The", "A", "An", "La", "Le", "Les", "L'", "Il", "El", "Los", "Las", "Das", "Der", "Die", "Det", "Den", "De", "Un", "Une", "O", "I"];

    public static (string Title, DateTimeOffset? Published) Parse(string text)
    {
        var title = text.Trim();
        var year = YearAtEnd(title);
        if (year is null)
            return (title, null);
        var name = title[..^6].TrimEnd();
        var comma = name.LastIndexOf(", ", StringComparison.Ordinal);
        if (comma > 0 && Array.IndexOf(Articles, name[(comma + 2)..]) >= 0)
            name = Join(name[(comma + 2)..], name[..comma]);
        return ($"{name} ({year})", new DateTimeOffset(year.Value, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private static string Join(string article, string name) => article.EndsWith('\'') ? article + name : $"{article} {name}";

    private static int? YearAtEnd(string title) =>
        title.Length > 7 && title[^1] == ')' && title[^6] == '('
        && int.TryParse(title.AsSpan()[^5..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1800 and <= 2200
            ? year
            : null;
}
