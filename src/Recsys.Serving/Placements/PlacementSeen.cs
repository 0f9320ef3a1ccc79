namespace Recsys.Serving.Placements;

/// <summary>What to do with items that the user has already interacted with. Default: nothing is said.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Days">With AfterDays: 1 to 3,650. Else 0.</param>
public readonly record struct PlacementSeen(PlacementSeenPolicy Policy, int Days);
