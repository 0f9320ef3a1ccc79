namespace Recsys.Serving.Lists;

/// <summary>How far an item is played.</summary>
/// <param name="Share">0.1 to 0.9.</param>
/// <param name="PositionMs">Where to go on, ms; null: unknown.</param>
/// <param name="TimeMs">When it was last played, Unix ms.</param>
/// <param name="IsOpen">Whether the play hasn't ended.</param>
public sealed record PlayedProgress(double Share, long? PositionMs, long TimeMs, bool IsOpen);
