namespace Recsys.Inference.Experiments;

/// <summary>A figure with its interval, where there is enough to give one.</summary>
/// <param name="Value">What was measured; null where nothing was.</param>
/// <param name="StandardError">Of the value; null with the interval.</param>
/// <param name="Interval">95 %; null where there is too little to give one: then <paramref name="TooFew"/> says so.</param>
/// <param name="TooFew">Why there is no interval; null where there is one.</param>
public sealed record Figure(double? Value, double? StandardError, Interval? Interval, string? TooFew);
