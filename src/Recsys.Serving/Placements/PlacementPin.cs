namespace Recsys.Serving.Placements;

/// <summary>An item in a fixed place.</summary>
/// <param name="ItemId">Which; it may not be in the catalogue.</param>
/// <param name="Position">Its place in the whole list, 0 to 499.</param>
/// <param name="Period">When.</param>
public sealed record PlacementPin(string ItemId, int Position, PlacementPeriod Period);
