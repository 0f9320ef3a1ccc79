using Recsys.Datasets.Reading;
using Recsys.Datasets.Tables;

namespace Recsys.Datasets.Formats;

/// <summary>Finds the format of a file or folder.</summary>
internal static class FormatDetection
{
    private const int LinesLookedAt = 200;
    private static readonly string[] TableEndings = [".parquet", ".csv", ".tsv", ".jsonl", ".ndjson", ".json"];

    public static IDataset Open(string path, DatasetOptions options) => options.Format switch
    {
        DatasetFormat.Auto => Directory.Exists(path) ? OpenFolder(path, options) : OpenFile(path, options),
        DatasetFormat.MovieLens100K => OpenMovieLens100K(path, options) ?? throw Missing(path, "u.data"),
        DatasetFormat.MovieLens1M => OpenMovieLens1M(path, options) ?? throw Missing(path, "ratings.dat"),
        DatasetFormat.MovieLensCsv => OpenMovieLensCsv(path, options) ?? throw Missing(path, "ratings.csv"),
        DatasetFormat.Sequence => SequenceFiles.OpenSequence(FileIn(path, "sequences"), options),
        DatasetFormat.Pairs => SequenceFiles.OpenPairs(FileIn(path, "pairs"), options),
        DatasetFormat.Csv or DatasetFormat.JsonLines or DatasetFormat.Parquet =>
            OpenTable(path, options) ?? throw Missing(path, "events.csv, events.tsv, events.jsonl or events.parquet"),
        _ => throw new DatasetFormatException($"{options.Format} is not a format of files."),
    };

    private static IDataset OpenFolder(string path, DatasetOptions options) =>
        OpenMovieLens100K(path, options) ?? OpenMovieLens1M(path, options) ?? OpenMovieLensCsv(path, options) ?? OpenTable(path, options)
        ?? (Named(path, "sequences", [".txt"]) is { } sequences ? SequenceFiles.OpenSequence(sequences, options) : null)
        ?? throw new DatasetFormatException(
            $"The folder {path} has none of u.data, ratings.dat, ratings.csv, events.csv, events.tsv, events.jsonl, events.parquet, items.*, sequences.txt. "
            + "Name a file in it instead.");

    private static IDataset OpenFile(string path, DatasetOptions options)
    {
        var name = Path.GetFileName(path);
        if (name is "u.data")
            return OpenMovieLens100K(path, options)!;
        if (ParquetRows.IsParquet(path))
            return TableFiles.Open(path, null, options with { Format = DatasetFormat.Parquet });
        var first = FirstLines(path);
        if (MovieLensDat.IsRatings(path) && first.Any(l => l.Contains("::", StringComparison.Ordinal)))
            return MovieLensDat.Open([path], options);
        if (IsMovieLensCsv(path, first))
            return MovieLensCsv.Open(path, options);
        if (first.Count > 0 && first[0].TrimStart().StartsWith('{'))
            return TableFiles.Open(path, null, options with { Format = DatasetFormat.JsonLines });
        if (options.Mapping.Sources.Count == 0 && options.HasHeader != true && options.Delimiter is null && HasOnlyIds(first))
            return first.All(l => SequenceFiles.Split(l).Length == 2) ? SequenceFiles.OpenPairs(path, options) : SequenceFiles.OpenSequence(path, options);
        return TableFiles.Open(path, null, options with { Format = DatasetFormat.Csv });
    }

    private static IDataset? OpenMovieLens100K(string path, DatasetOptions options)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        return File.Exists(Path.Combine(folder, "u.data")) ? MovieLens100K.Open(folder, options) : null;
    }

    private static IDataset? OpenMovieLens1M(string path, DatasetOptions options)
    {
        IReadOnlyList<string> ratings = Directory.Exists(path) ? MovieLensDat.FindRatings(path) : [path];
        return ratings.Count == 0 ? null : MovieLensDat.Open(ratings, options);
    }

    private static IDataset? OpenMovieLensCsv(string path, DatasetOptions options)
    {
        if (!Directory.Exists(path))
            return MovieLensCsv.Open(path, options);
        return MovieLensCsv.FindRatings(path) is { } ratings && IsMovieLensCsv(ratings, FirstLines(ratings)) ? MovieLensCsv.Open(ratings, options) : null;
    }

    private static IDataset? OpenTable(string path, DatasetOptions options)
    {
        if (!Directory.Exists(path))
            return TableFiles.Open(path, null, options);
        var (events, items) = (Named(path, "events", TableEndings), Named(path, "items", TableEndings));
        return events is null && items is null ? null : TableFiles.Open(events ?? items!, events is null ? null : items, options);
    }

    private static bool IsMovieLensCsv(string path, IReadOnlyList<string> first) =>
        Path.GetFileName(path).StartsWith("ratings", StringComparison.OrdinalIgnoreCase) && first.Count > 0 && first[0] == "userId,movieId,rating,timestamp";

    // Numbers and blanks only: nothing that could be a header, a quote or a time with a colon.
    private static bool HasOnlyIds(IReadOnlyList<string> lines) =>
        lines.Count > 0 && lines.All(l => l.All(c => char.IsAsciiDigit(c) || c is ' ' or '\t'))
        && (lines.Any(l => l.Contains(' ')) || HasDifferingLengths(lines));

    private static bool HasDifferingLengths(IReadOnlyList<string> lines) => lines.Select(l => SequenceFiles.Split(l).Length).Distinct().Skip(1).Any();

    private static IReadOnlyList<string> FirstLines(string path) =>
        [.. new SourceFile(path, new ReadProgress()).ReadText(latin1: true, CancellationToken.None).Take(LinesLookedAt).Select(l => l.Text)];

    private static string FileIn(string path, string name) =>
        File.Exists(path) ? path : Named(path, name, [".txt"]) ?? throw Missing(path, name + ".txt");

    private static string? Named(string folder, string name, string[] endings) =>
        endings.SelectMany(e => new[] { Path.Combine(folder, name + e), Path.Combine(folder, name + e + ".gz") }).FirstOrDefault(File.Exists);

    private static DatasetFormatException Missing(string path, string file) => new($"{path} is not a file and has no {file} in it.");
}
