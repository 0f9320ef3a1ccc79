namespace Recsys.Serving.Lists;

/// <summary>A ranked list; the meanings are those of recsys.v1.RecommendationList.</summary>
public sealed record RankedList
{
    /// <summary>The list's id.</summary>
    public required string RecommendationId { get; init; }

    /// <summary>The request that it answers.</summary>
    public required ListRequest Request { get; init; }

    /// <summary>Best first.</summary>
    public required IReadOnlyList<RankedItem> Items { get; init; }

    /// <summary>For the next page; empty: none.</summary>
    public required string NextPageToken { get; init; }

    /// <summary>The model; empty: none was live.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>Whether it follows from the users' own events.</summary>
    public required bool Personalized { get; init; }

    /// <summary>What is down; empty: nothing.</summary>
    public string DegradedReason { get; init; } = "";

    /// <summary>When it was made, Unix ms.</summary>
    public required long CreateTimeMs { get; init; }

    /// <summary>The <see cref="TimeProvider"/> timestamp of the receipt of the oldest event that this list is the first to follow from; 0: there is none that this process took in.</summary>
    public long ReceivedTimestamp { get; init; }

    /// <summary>The first user's state revision.</summary>
    public required long StateRevision { get; init; }

    /// <summary>The running experiment that the first user is in; empty: none. Nobody in particular is in none, by whatever variant the list is made.</summary>
    public string ExperimentId { get => Request.UserIds.Count == 0 ? "" : field; init; } = "";

    /// <summary>The user's variant in it; empty: none.</summary>
    public string Variant { get => Request.UserIds.Count == 0 ? "" : field; init; } = "";
}
