namespace Recsys.Serving.Lists;

/// <summary>A whole ranked list, or what is left of it for later pages, best first.</summary>
internal sealed class Snapshot
{
    /// <summary>A list is at most so deep.</summary>
    public const int MaxDepth = 500;

    private readonly SnapshotEntry[] _entries = new SnapshotEntry[MaxDepth];

    /// <summary>Shared by all pages.</summary>
    public required Guid RecommendationId { get; init; }

    /// <summary>The model that ranked it; empty: none was live.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>Whether it follows from the users' own events.</summary>
    public required bool Personalized { get; init; }

    /// <summary>Which users it follows.</summary>
    public FollowedUsers Followed { get; init; }

    /// <summary>When it was made, Unix ms.</summary>
    public required long CreateTimeMs { get; init; }

    /// <summary>The first user's state revision.</summary>
    public required long StateRevision { get; init; }

    /// <summary>The experiment by whose variant it's made; empty: none.</summary>
    public string ExperimentId { get; init; } = "";

    /// <summary>That variant; empty: none.</summary>
    public string Variant { get; init; } = "";

    /// <summary>Place of the first item in the whole list.</summary>
    public int FirstPosition { get; init; }

    public int Count { get; private set; }

    public ReadOnlySpan<SnapshotEntry> Entries => _entries.AsSpan(0, Count);

    public bool IsFull => Count == MaxDepth;

    /// <summary>Adds an item behind the last one, as it is.</summary>
    public void Add(in SnapshotEntry entry) => _entries[Count++] = entry;

    /// <summary>
    /// Adds an item behind those that were ranked, with its source's own score, lowered where needed to stay below the one before: scores of different sources can't be compared.
    /// </summary>
    /// <param name="source">Where it comes from; null: the catalogue.</param>
    /// <param name="item">Number.</param>
    /// <param name="score">The source's own.</param>
    public void Append(CandidateSource? source, uint item, double score)
    {
        var lowered = Count > 0 && !((float)score < _entries[Count - 1].Score) ? float.BitDecrement(_entries[Count - 1].Score) : (float)score;
        Add(new(item, lowered, source is { } known ? CandidateSources.Bit(known) : (byte)0, source ?? default, (float)score));
    }
}
