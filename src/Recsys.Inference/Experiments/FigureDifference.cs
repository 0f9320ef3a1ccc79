namespace Recsys.Inference.Experiments;

/// <summary>A variant's figure less the control's.</summary>
/// <param name="Value">The difference; null where a figure is missing.</param>
/// <param name="Relative">The difference by the control's figure: 0.1 is a tenth more. Null where that is 0 or missing.</param>
/// <param name="Interval">95 %; null where there is too little to give one. One that holds 0 is no evidence of a difference.</param>
/// <param name="PValue">How often chance makes a difference at least as large where there is none (two-sided); null with the interval.</param>
/// <param name="TooFew">Why there is no interval; null where there is one.</param>
public sealed record FigureDifference(double? Value, double? Relative, Interval? Interval, double? PValue, string? TooFew);
