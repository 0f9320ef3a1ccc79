using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Formats;

/// <summary>A MovieLens CSV release: ratings.csv, movies.csv, links.csv (ids at IMDb and TMDB become attributes), tags.csv (the most given become tags).
/// Quoted as in RFC 4180.</summary>
internal static class MovieLensCsv
{
    private const int MaxTags = 20;

    public static IDataset Open(string ratings, DatasetOptions options)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(ratings)) ?? ".";
        var (movies, links, tags) = (Existing(folder, "movies.csv"), Existing(folder, "links.csv"), Existing(folder, "tags.csv"));
        return new FileDataset
        {
            Description = $"MovieLens ratings ({Path.GetFileName(ratings)})",
            Format = DatasetFormat.MovieLensCsv,
            ItemFiles = movies is null ? [] : [.. new[] { movies, links, tags }.OfType<string>()],
            EventFiles = [ratings],
            IsInTimeOrder = true,
            Items = (progress, token) => movies is null ? [] : ReadItems(movies, links, tags, progress, token),
            Events = (progress, token) => MovieLensRatings.Read([ratings], line => CsvRecord.Split(line, ','), "mlcsv", options, progress, token),
        };
    }

    /// <summary>The ratings in a folder, or null.</summary>
    public static string? FindRatings(string folder) => Existing(folder, "ratings.csv");

    private static IEnumerable<DatasetItem> ReadItems(string movies, string? links, string? tags, ReadProgress progress, CancellationToken cancellationToken)
    {
        var attributes = links is null ? [] : ReadLinks(new SourceFile(links, progress), cancellationToken);
        var tagsOf = tags is null ? [] : ReadTags(new SourceFile(tags, progress), cancellationToken);
        var file = new SourceFile(movies, progress);
        foreach (var (number, columns) in Rows(file, 3, cancellationToken))
        {
            var (title, published) = MovieLensTitle.Parse(columns[1]);
            var problem = FieldRules.CheckId("item", columns[0]) ?? FieldRules.CheckText("title", title, FieldRules.MaxTitleBytes);
            if (problem is not null)
            {
                file.Reject(number, string.Join(',', columns), problem);
                continue;
            }

            yield return new DatasetItem
            {
                ItemId = columns[0],
                Kind = DatasetItemKind.Film,
                Title = title,
                Genres = MovieLensDat.SplitGenres(columns[2]),
                Tags = tagsOf.TryGetValue(columns[0], out var counts)
                    ? ItemLists.Keep(counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key), MaxTags)
                    : [],
                PublishTime = published,
                Attributes = attributes.GetValueOrDefault(columns[0]) ?? [],
            };
        }
    }

    private static Dictionary<string, Dictionary<string, DatasetAttribute>> ReadLinks(SourceFile file, CancellationToken cancellationToken)
    {
        var links = new Dictionary<string, Dictionary<string, DatasetAttribute>>(StringComparer.Ordinal);
        foreach (var (_, columns) in Rows(file, 3, cancellationToken))
        {
            var ids = new Dictionary<string, DatasetAttribute>(StringComparer.Ordinal);
            if (columns[1].Length > 0)
                ids["imdb_id"] = new() { Text = "tt" + columns[1] };
            if (columns[2].Length > 0)
                ids["tmdb_id"] = new() { Text = columns[2] };
            links[columns[0]] = ids;
        }

        return links;
    }

    private static Dictionary<string, Dictionary<string, int>> ReadTags(SourceFile file, CancellationToken cancellationToken)
    {
        var tags = new Dictionary<string, Dictionary<string, int>>(StringComparer.Ordinal);
        foreach (var (_, columns) in Rows(file, 4, cancellationToken))
        {
            if (!tags.TryGetValue(columns[1], out var counts))
                tags[columns[1]] = counts = new Dictionary<string, int>(StringComparer.Ordinal);
            var tag = columns[2].Trim().ToLowerInvariant();
            counts[tag] = counts.GetValueOrDefault(tag) + 1;
        }

        return tags;
    }

    // The rows below the header that have the right number of columns; the others are rejected.
    private static IEnumerable<(long Number, string[] Columns)> Rows(SourceFile file, int count, CancellationToken cancellationToken)
    {
        foreach (var record in CsvRecords.Read(file, ',', cancellationToken))
        {
            if (record.Columns.Length != count)
                file.Reject(record.Number, record.Text, $"expected {count} columns, found {record.Columns.Length}");
            else if (record.Number > 1)
                yield return (record.Number, record.Columns);
        }
    }

    private static string? Existing(string folder, string name)
    {
        var plain = Path.Combine(folder, name);
        return File.Exists(plain) ? plain : File.Exists(plain + ".gz") ? plain + ".gz" : null;
    }
}
