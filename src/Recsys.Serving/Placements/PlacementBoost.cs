namespace Recsys.Serving.Placements;

/// <summary>Items that come earlier or later than their scores would have it; either those of a filter or given ones.</summary>
/// <param name="Filter">Those that it lets through; empty: the given ones.</param>
/// <param name="ItemIds">The given ones; empty: those of the filter.</param>
/// <param name="Factor">Their scores are multiplied by it, above 0, at most 100: above 1 boosts, below 1 buries.</param>
/// <param name="Period">When.</param>
public sealed record PlacementBoost(string Filter, IReadOnlyList<string> ItemIds, double Factor, PlacementPeriod Period);
