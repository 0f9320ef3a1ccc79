namespace Recsys.Inference.Partners;

/// <summary>How much the partners of a network count: logit + <see cref="OfRules"/> + <see cref="Neighbours"/> x log(1 + nearest sessions' score).</summary>
/// <param name="Rules">The rules' weight; 0: none.</param>
/// <param name="RulesScale">The rules' score counts as log(1 + this x score); 0: as it is.</param>
/// <param name="Neighbours">The nearest sessions' weight; 0: none.</param>
public readonly record struct PartnerWeights(float Rules, float RulesScale, float Neighbours)
{
    /// <summary>How many partners count.</summary>
    public int Count => (Rules > 0 ? 1 : 0) + (Neighbours > 0 ? 1 : 0);

    /// <summary>What a rules' score adds to a logit.</summary>
    public float OfRules(float score) => Rules * (RulesScale > 0 ? MathF.Log(1 + (RulesScale * Math.Max(0, score))) : score);
}
