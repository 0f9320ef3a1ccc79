namespace Recsys.Serving.Models;

/// <summary>How well items are found that no model knows.</summary>
public sealed record ColdReport
{
    /// <summary>Items that were removed from all that trains or counts.</summary>
    public required int ColdItemCount { get; init; }

    /// <summary>Items that the model was trained on.</summary>
    public required int KnownItemCount { get; init; }

    /// <summary>Users who played one of the removed items and something else.</summary>
    public required int UserCount { get; init; }

    /// <summary>Interactions trained on.</summary>
    public required long TrainingInteractionCount { get; init; }

    /// <summary>Lists of the removed items alone, by the way they were put in order.</summary>
    public required IReadOnlyList<ColdRow> Rows { get; init; }

    /// <summary>Of the removed items that a user played, the mean share in the first 20 of the unrestricted list.</summary>
    public required double WholeListRecall { get; init; }

    /// <summary>How many of the first 20 of the unrestricted list were removed items, on average.</summary>
    public required double WholeListPlaces { get; init; }

    /// <summary>NDCG@10 of each user's last interaction with a known item where new items compete.</summary>
    public required double KnownNdcg { get; init; }

    /// <summary>The same where the fresh source is switched off.</summary>
    public required double KnownNdcgWithoutFresh { get; init; }
}
