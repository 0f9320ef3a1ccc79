namespace Recsys.Serving.Experiments;

/// <summary>An item of a list that a user was shown, and what came of it.</summary>
/// <param name="UserId">Who.</param>
/// <param name="ItemId">What.</param>
/// <param name="RecommendationId">The list.</param>
/// <param name="Position">The item's place in it.</param>
/// <param name="TimeMs">When it was shown first, Unix ms.</param>
public sealed record Exposure(string UserId, string ItemId, string RecommendationId, int Position, long TimeMs)
{
    /// <summary>The probability with which the list put it there, by the impression; null: no impression says it.</summary>
    public double? Propensity { get; init; }

    /// <summary>Whether the place went to it by its rank, not by lot: without exploration it would stand there too, below the same items. False where there is no propensity.</summary>
    public bool ByRank { get; init; }

    /// <summary>The experiment of the placement at that time; empty: none.</summary>
    public string ExperimentId { get; init; } = "";

    /// <summary>The user's variant in it; empty: none.</summary>
    public string Variant { get; init; } = "";

    /// <summary>Whether the user played it from that list.</summary>
    public bool Played { get; init; }

    /// <summary>How long.</summary>
    public double PlayedSeconds { get; init; }
}
