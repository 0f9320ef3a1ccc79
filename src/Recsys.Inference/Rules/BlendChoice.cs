namespace Recsys.Inference.Rules;

/// <summary>The weight that was chosen, and all that were tried.</summary>
/// <param name="Weight">The best by NDCG; 0 where the rules add nothing.</param>
/// <param name="Points">By ascending weight, 0 first.</param>
public sealed record BlendChoice(float Weight, IReadOnlyList<BlendPoint> Points);
