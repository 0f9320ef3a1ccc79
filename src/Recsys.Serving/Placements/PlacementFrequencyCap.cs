namespace Recsys.Serving.Placements;

/// <summary>Leaves items out that a user was shown often enough in this placement: within so many lists, or within so much time.</summary>
/// <param name="MaxImpressions">Shown so many times, 1 to 1,000.</param>
/// <param name="Lists">Within so many of the user's latest lists, 1 to 1,000; 0: it isn't asked.</param>
/// <param name="PeriodMs">Within so many ms, at most 365 days; 0: it isn't asked.</param>
public sealed record PlacementFrequencyCap(int MaxImpressions, int Lists, long PeriodMs);
