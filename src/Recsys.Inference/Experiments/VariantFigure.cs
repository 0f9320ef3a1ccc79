namespace Recsys.Inference.Experiments;

/// <summary>One figure of one variant.</summary>
/// <param name="Figure">The variant's own.</param>
/// <param name="Difference">To the control; null of the control itself.</param>
public sealed record VariantFigure(Figure Figure, FigureDifference? Difference);
