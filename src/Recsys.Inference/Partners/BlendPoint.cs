namespace Recsys.Inference.Partners;

/// <summary>How good some weights are on validation.</summary>
/// <param name="Weights">The partners' weights.</param>
/// <param name="Ndcg">NDCG at <see cref="PartnersBlend.Cutoff"/>.</param>
/// <param name="HitRate">Share of targets within <see cref="PartnersBlend.Cutoff"/>.</param>
public sealed record BlendPoint(PartnerWeights Weights, double Ndcg, double HitRate);
