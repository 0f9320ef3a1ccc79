using System.Globalization;
using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Formats;

/// <summary>The MovieLens 100K folder: u.data (user, film, rating, time by tabs), u.item (bars, Latin-1), u.genre.</summary>
internal static class MovieLens100K
{
    private const int FirstGenreColumn = 5;

    public static IDataset Open(string folder, DatasetOptions options)
    {
        var (data, items, genres) = (Path.Combine(folder, "u.data"), Path.Combine(folder, "u.item"), Path.Combine(folder, "u.genre"));
        return new FileDataset
        {
            Description = "MovieLens 100K ratings (u.data)",
            Format = DatasetFormat.MovieLens100K,
            ItemFiles = File.Exists(items) ? [.. new[] { items, genres }.Where(File.Exists)] : [],
            EventFiles = [data],
            IsInTimeOrder = true,
            Items = (progress, token) => File.Exists(items) ? ReadItems(items, genres, progress, token) : [],
            Events = (progress, token) => MovieLensRatings.Read([data], line => line.Split('\t'), "ml100k", options, progress, token),
        };
    }

    private static IEnumerable<DatasetItem> ReadItems(string path, string genrePath, ReadProgress progress, CancellationToken cancellationToken)
    {
        var genres = ReadGenres(genrePath, progress, cancellationToken);
        var file = new SourceFile(path, progress);
        foreach (var (number, text) in file.ReadText(latin1: true, cancellationToken))
        {
            var columns = text.Split('|');
            var problem = columns.Length < FirstGenreColumn
                ? $"expected at least {FirstGenreColumn} columns, found {columns.Length}"
                : FieldRules.CheckId("item", columns[0]) ?? FieldRules.CheckText("title", columns[1], FieldRules.MaxTitleBytes);
            if (problem is null)
                yield return ToItem(columns, genres);
            else
                file.Reject(number, text, problem);
        }
    }

    private static DatasetItem ToItem(string[] columns, Dictionary<int, string> genres)
    {
        var (title, year) = MovieLensTitle.Parse(columns[1]);
        var released = DateTimeOffset.TryParseExact(
            columns[2], ["dd-MMM-yyyy", "d-MMM-yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day : year;
        var flagged = new List<string>();
        for (var i = FirstGenreColumn; i < columns.Length; i++)
        {
            if (columns[i] == "1" && genres.TryGetValue(i - FirstGenreColumn, out var genre))
                flagged.Add(genre);
        }

        return new DatasetItem { ItemId = columns[0], Kind = DatasetItemKind.Film, Title = title, Genres = flagged, PublishTime = released };
    }

    // "Action|1" a line; "unknown" is no genre.
    private static Dictionary<int, string> ReadGenres(string path, ReadProgress progress, CancellationToken cancellationToken)
    {
        var genres = new Dictionary<int, string>();
        if (!File.Exists(path))
            return genres;
        var file = new SourceFile(path, progress);
        foreach (var (number, text) in file.ReadText(latin1: true, cancellationToken))
        {
            var bar = text.LastIndexOf('|');
            if (bar <= 0 || !int.TryParse(text.AsSpan(bar + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                file.Reject(number, text, "expected genre|number");
            else if (text[..bar] != "unknown")
                genres[index] = text[..bar];
        }

        return genres;
    }
}
