using Recsys.Datasets.Reading;

namespace Recsys.Datasets.Formats;

/// <summary>Titles for a MovieLens 1M sequence file: `sequence-item-to-movie.txt` (benchmark id, MovieLens id) and movies.dat in the same folder.</summary>
/// <param name="mapFile">Benchmark id and MovieLens id a line.</param>
/// <param name="moviesFile">movies.dat.</param>
internal sealed class SequenceTitles(string mapFile, string moviesFile)
{
    public IReadOnlyList<string> Files => [mapFile, moviesFile];

    public static SequenceTitles? Find(string sequenceFile)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(sequenceFile)) ?? ".";
        var map = Path.Combine(folder, "sequence-item-to-movie.txt");
        return File.Exists(map) && MovieLensDat.FindMovies(folder) is { } movies ? new SequenceTitles(map, movies) : null;
    }

    public IEnumerable<DatasetItem> Read(ReadProgress progress, CancellationToken cancellationToken)
    {
        var movies = new Dictionary<string, DatasetItem>(StringComparer.Ordinal);
        foreach (var movie in MovieLensDat.ReadMovies(new SourceFile(moviesFile, progress), null, cancellationToken))
            movies[movie.ItemId] = movie;
        var map = new SourceFile(mapFile, progress);
        foreach (var (number, text) in map.ReadText(latin1: false, cancellationToken))
        {
            var ids = SequenceFiles.Split(text);
            if (ids.Length != 2)
                map.Reject(number, text, $"expected 2 ids, found {ids.Length}");
            else if (!movies.TryGetValue(ids[1], out var found))
                map.Reject(number, text, $"there is no film {ids[1]} in {moviesFile}");
            else
                yield return found with { ItemId = ids[0] };
        }
    }
}
