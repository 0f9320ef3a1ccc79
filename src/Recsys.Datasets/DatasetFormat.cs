namespace Recsys.Datasets;

/// <summary>How a data set is written.</summary>
public enum DatasetFormat
{
    /// <summary>Look at the file or folder.</summary>
    Auto = 0,

    /// <summary>A MovieLens 100K folder: u.data, u.item (Latin-1), u.genre.</summary>
    MovieLens100K,

    /// <summary>A MovieLens 1M or 10M folder or ratings file: ratings.dat, movies.dat, each also .gz; a folder without ratings.dat may have parts,
    /// `ratings*.dat`.</summary>
    MovieLens1M,

    /// <summary>A MovieLens CSV release (latest, 20M, 25M, 32M), folder or ratings.csv: ratings.csv, movies.csv, links.csv, tags.csv.</summary>
    MovieLensCsv,

    /// <summary>A benchmark's sequence file: line n holds user n's item ids in time order, separated by spaces or tabs; `0` is an unknown item.</summary>
    Sequence,

    /// <summary>A benchmark's pair file: a user id and an item id a line, separated by a space or tab, each user's lines in time order.</summary>
    Pairs,

    /// <summary>Delimited text with a column mapping: CSV, TSV, any delimiter, quoted as in RFC 4180.</summary>
    Csv,

    /// <summary>One JSON object a line with a column mapping.</summary>
    JsonLines,

    /// <summary>A Parquet file with a column mapping.</summary>
    Parquet,

    /// <summary>The generated demo world; not a file format.</summary>
    Demo,
}
