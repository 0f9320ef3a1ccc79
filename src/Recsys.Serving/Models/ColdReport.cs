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

    /// <summary>Whole lists, by the weight of the fresh source.</summary>
    public required IReadOnlyList<ColdWholeRow> Whole { get; init; }
}
