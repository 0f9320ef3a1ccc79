namespace Recsys.Datasets.Demo;

/// <summary>A user opens the app.</summary>
/// <param name="Number">Of all visits of the world, from 0.</param>
/// <param name="Viewer">Index of the user.</param>
/// <param name="UserId">The user.</param>
/// <param name="TimeMs">When, Unix ms.</param>
public sealed record DriftVisit(int Number, int Viewer, string UserId, long TimeMs);
