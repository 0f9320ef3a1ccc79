namespace Recsys.Serving.Lists;

/// <summary>Why an item is in a list.</summary>
/// <param name="Source">Which source put it forward; default: none, it's there because of what the user did.</param>
/// <param name="Score">The source's own score; 0 of those after the first.</param>
/// <param name="BecauseItemId">The nearest of the user's latest interactions, of a fresh item the nearest that the model knows; empty: none.</param>
/// <param name="Similarity">The cosine of the two items' vectors, or attributes.</param>
public sealed record ListReason(CandidateSource Source, double Score, string BecauseItemId = "", double Similarity = 0)
{
    /// <summary>On shelves: what an app can say.</summary>
    public ReasonKind Kind { get; init; }

    /// <summary>Again: how often it was played.</summary>
    public int PlayCount { get; init; }

    /// <summary>When that was, Unix ms, as recsys.v1.Reason.time says; null: no time belongs to it.</summary>
    public long? TimeMs { get; init; }
}
