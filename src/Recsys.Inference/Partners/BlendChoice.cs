namespace Recsys.Inference.Partners;

/// <summary>The weights that were chosen, and all that were tried.</summary>
/// <param name="Weights">The chosen ones; all 0 where partners add nothing.</param>
/// <param name="Points">In the order in which they were tried, no partners first.</param>
public sealed record BlendChoice(PartnerWeights Weights, IReadOnlyList<BlendPoint> Points)
{
    /// <summary>The figures of some weights that were tried.</summary>
    public BlendPoint Of(PartnerWeights weights) => Points.First(point => point.Weights == weights);
}
