namespace Recsys.Serving.Archive;

/// <summary>A Parquet file of the archive with log entries of one namespace, stream and day.</summary>
internal sealed record ArchiveSegment
{
    /// <summary>Whose entries.</summary>
    public required string Namespace { get; init; }

    /// <summary>Where it is, relative to the archive's folder.</summary>
    public required string File { get; init; }

    /// <summary>The file with this content while it waits for its place, relative to the archive's folder.</summary>
    public required string Draft { get; init; }

    /// <summary>The batch that wrote this content: of two writings the later one counts.</summary>
    public required long Batch { get; init; }

    /// <summary>The batch whose entries these are.</summary>
    public required long Created { get; init; }

    /// <summary>Log entries.</summary>
    public required int Rows { get; init; }

    /// <summary>Size on disk.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the file in hexadecimal.</summary>
    public required string Sha256 { get; init; }
}
