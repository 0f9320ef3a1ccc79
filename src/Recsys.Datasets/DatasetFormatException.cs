namespace Recsys.Datasets;

/// <summary>A path isn't a data set of the asked format, or the column mapping doesn't fit the file. The message says what was found and what would
/// help.</summary>
public sealed class DatasetFormatException(string message) : FormatException(message);
