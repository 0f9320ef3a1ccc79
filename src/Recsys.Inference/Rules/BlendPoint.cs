namespace Recsys.Inference.Rules;

/// <summary>How good one weight is on validation.</summary>
/// <param name="Weight">The rules' weight.</param>
/// <param name="Ndcg">NDCG at <see cref="RulesBlend.Cutoff"/>.</param>
/// <param name="HitRate">Share of targets within <see cref="RulesBlend.Cutoff"/>.</param>
public sealed record BlendPoint(float Weight, double Ndcg, double HitRate);
