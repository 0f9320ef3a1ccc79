namespace Recsys.Server.Commands.Export;

/// <summary>How an export is written.</summary>
internal enum ExportFormat
{
    /// <summary>Parquet, compressed with Snappy.</summary>
    Parquet = 1,

    /// <summary>Comma-separated values, quoted as in RFC 4180, with a header.</summary>
    Csv = 2,

    /// <summary>One JSON object a line.</summary>
    Jsonl = 3,
}
