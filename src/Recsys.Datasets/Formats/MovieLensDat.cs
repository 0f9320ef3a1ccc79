using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Formats;

/// <summary>
/// MovieLens 1M and 10M: `::` between columns. ratings.dat (user, film, rating, time) or parts of it (`ratings*.dat`), movies.dat (id, title, genres by
/// bars; Latin-1 in
/// 1M, UTF-8 in 10M), each plain or .gz. Beside them may lie movies-with-plots.dat (id, title, year, rated, released, genres, director, writers, actors,
/// plot, poster).
/// </summary>
internal static class MovieLensDat
{
    public static IDataset Open(IReadOnlyList<string> ratings, DatasetOptions options)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(ratings[0])) ?? ".";
        var movies = FindMovies(folder);
        var plots = Existing(folder, "movies-with-plots.dat");
        return new FileDataset
        {
            Description = $"MovieLens ratings ({string.Join(", ", ratings.Select(Path.GetFileName))})",
            Format = DatasetFormat.MovieLens1M,
            ItemFiles = [.. new[] { movies, plots }.OfType<string>()],
            EventFiles = ratings,
            IsInTimeOrder = true,
            Items = (progress, token) => movies is null
                ? []
                : ReadMovies(new SourceFile(movies, progress), plots is null ? null : new SourceFile(plots, progress), token),
            Events = (progress, token) => MovieLensRatings.Read(ratings, line => line.Split("::"), "ml1m", options, progress, token),
        };
    }

    /// <summary>ratings.dat or its parts in a folder; empty if there are none.</summary>
    public static IReadOnlyList<string> FindRatings(string folder) => Existing(folder, "ratings.dat") is { } whole
        ? [whole]
        : [.. Directory.EnumerateFiles(folder, "ratings*").Where(IsRatings).Order(StringComparer.Ordinal)];

    public static bool IsRatings(string file)
    {
        var name = Path.GetFileName(file);
        return name.StartsWith("ratings", StringComparison.OrdinalIgnoreCase)
            && (name.EndsWith(".dat", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".dat.gz", StringComparison.OrdinalIgnoreCase));
    }

    public static string? FindMovies(string folder) => Existing(folder, "movies.dat");

    public static IEnumerable<DatasetItem> ReadMovies(SourceFile file, SourceFile? plotFile, CancellationToken cancellationToken)
    {
        var plots = plotFile is null ? [] : ReadPlots(plotFile, cancellationToken);
        foreach (var (number, text) in file.ReadText(latin1: true, cancellationToken))
        {
            var columns = text.Split("::");
            var problem = columns.Length != 3
                ? $"expected 3 columns (id, title, genres), found {columns.Length}"
                : FieldRules.CheckId("item", columns[0]) ?? FieldRules.CheckText("title", columns[1], FieldRules.MaxTitleBytes);
            if (problem is not null)
            {
                file.Reject(number, text, problem);
                continue;
            }

            var (title, published) = MovieLensTitle.Parse(columns[1]);
            var (plot, director) = plots.GetValueOrDefault(columns[0], ("", ""));
            yield return new DatasetItem
            {
                ItemId = columns[0],
                Kind = DatasetItemKind.Film,
                Title = title,
                Description = plot,
                Genres = SplitGenres(columns[2]),
                Creators = ItemLists.Split(director, ItemLists.MaxCreators),
                PublishTime = published,
            };
        }
    }

    public static IReadOnlyList<string> SplitGenres(string text) => text is "" or "(no genres listed)" ? [] : ItemLists.Split(text, ItemLists.MaxGenres);

    private static Dictionary<string, (string Plot, string Director)> ReadPlots(SourceFile file, CancellationToken cancellationToken)
    {
        var plots = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        foreach (var (number, text) in file.ReadText(latin1: true, cancellationToken))
        {
            var columns = text.Split("::");
            if (columns.Length != 11)
                file.Reject(number, text, $"expected 11 columns, found {columns.Length}");
            else if (FieldRules.CheckText("plot", columns[9], FieldRules.MaxDescriptionBytes) is { } problem)
                file.Reject(number, text, problem);
            else
                plots[columns[0]] = (Known(columns[9]), Known(columns[6]));
        }

        return plots;
    }

    private static string Known(string text) => text == "N/A" ? "" : text;

    private static string? Existing(string folder, string name)
    {
        var plain = Path.Combine(folder, name);
        return File.Exists(plain) ? plain : File.Exists(plain + ".gz") ? plain + ".gz" : null;
    }
}
