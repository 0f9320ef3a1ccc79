using Recsys.Datasets.Formats;

namespace Recsys.Datasets;

/// <summary>Opens data sets.</summary>
public static class Dataset
{
    /// <summary>
    /// Opens a file or folder. With <see cref="DatasetFormat.Auto"/>: a folder is MovieLens by the files in it (u.data, ratings.dat or its parts,
    /// ratings.csv), else a
    /// folder of events.* and items.*, else of one sequences.txt; a file goes by its name (ratings*.dat, u.data, .json, .jsonl, .csv, .tsv, each also .gz)
    /// and by its first
    /// lines: JSON objects, two columns of ids without a header (pairs), lines of ids of differing length (sequences), else delimited text with a header.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="DatasetFormatException">It isn't what the options say, or nothing known, or the mapping doesn't fit.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static IDataset Open(string path, DatasetOptions? options = null)
    {
        options ??= new DatasetOptions();
        if (!(options.RatingMax is > 0 and <= 1_000))
            throw new DatasetFormatException($"The top of the rating scale must be above 0 and at most 1000, not {options.RatingMax}.");
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new FileNotFoundException($"There is no file or folder {path}.", path);
        return FormatDetection.Open(path, options);
    }
}
