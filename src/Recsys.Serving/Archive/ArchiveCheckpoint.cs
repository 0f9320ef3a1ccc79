namespace Recsys.Serving.Archive;

/// <summary>
/// How far the log is in the archive. One document, whose replacement is the one moment at which entries come into the archive; and the lease by which one
/// process archives at a time: whoever writes it on the revision that it read has kept everybody else out.
/// </summary>
internal sealed record ArchiveCheckpoint
{
    /// <summary>Identifies the archive; the folder's <c>archive.json</c> says the same.</summary>
    public required string ArchiveId { get; init; }

    /// <summary>The batches that are in the archive.</summary>
    public long Batch { get; init; }

    /// <summary>Events before this cursor are in the archive.</summary>
    public byte[] Events { get; init; } = [];

    /// <summary>Exposures before this cursor are in the archive.</summary>
    public byte[] Exposures { get; init; } = [];

    /// <summary>The last batch's segments: they're put in place and written down by themselves before the next batch begins, by whoever makes it.</summary>
    public IReadOnlyList<ArchiveSegment> Last { get; init; } = [];

    /// <summary>Counts up before marks are taken away: who read files before can't rely on the marks since.</summary>
    public long Erasures { get; init; }

    /// <summary>Who archives; empty: nobody.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Until when, if that process doesn't say it again, Unix ms.</summary>
    public long LeaseEndMs { get; init; }
}
