namespace Recsys.Serving.Lists;

/// <summary>An item's counts as of a moment.</summary>
/// <param name="Count">Plays, halved every half-life.</param>
/// <param name="Lasting">Those that halve more slowly.</param>
/// <param name="TimeMs">The moment, Unix ms.</param>
internal readonly record struct DecayedCount(double Count, double Lasting, long TimeMs);
