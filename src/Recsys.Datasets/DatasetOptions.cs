namespace Recsys.Datasets;

/// <summary>How to read a data set; everything is found out from the files where left out.</summary>
public sealed record DatasetOptions
{
    /// <summary>Default: found out.</summary>
    public DatasetFormat Format { get; init; }

    /// <summary>Which columns of the file hold what (CSV, JSON Lines). Fields that it doesn't name are found by the columns' usual names.</summary>
    public ColumnMapping Mapping { get; init; } = ColumnMapping.Empty;

    /// <summary>A second file with the items (CSV or JSON Lines), beside a file of events. Default: items.csv, items.tsv or items.jsonl (also .gz) of a
    /// folder, else none.</summary>
    public string? ItemsPath { get; init; }

    /// <summary>The mapping of the items' file.</summary>
    public ColumnMapping ItemMapping { get; init; } = ColumnMapping.Empty;

    /// <summary>Between columns. Default: the most frequent of tab, comma, semicolon and bar in the first line.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether a delimited file starts with the columns' names. Default: found out. Without, columns are named 1, 2, 3.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>The type of events that say none, or one that isn't known. Default: RATING where there is a rating, else PLAY; an unknown type rejects the
    /// line.</summary>
    public DatasetEventType? DefaultType { get; init; }

    /// <summary>The top of the rating scale where no column says it: above 0, at most 1,000. Default: 5.</summary>
    public double RatingMax { get; init; } = 5;

    /// <summary>Times more than 10 minutes after its now are rejected, as the server does. Default: the system's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
