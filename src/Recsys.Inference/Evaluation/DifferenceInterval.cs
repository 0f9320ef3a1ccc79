namespace Recsys.Inference.Evaluation;

/// <summary>A mean difference with its 95 % interval (<see cref="PairedBootstrap"/>). An interval that holds 0 is no evidence of any difference.</summary>
/// <param name="Mean">Over the cases.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct DifferenceInterval(double Mean, double Low, double High);
