using Recsys.Inference.Evaluation;
using Recsys.Inference.Partners;

namespace Recsys.Inference.Rules;

/// <summary>Chooses among several settings by validation, for data that <see cref="RulesPreset"/> was not measured on.</summary>
public static class RulesSelection
{
    /// <summary>Above so many items each fit in closed form takes a good part of a minute: few must do.</summary>
    public const int MostItemsToTry = 5_000;

    /// <summary>Decays that are tried for every fit, beside its own: they cost a scoring pass, no fit.</summary>
    public static IReadOnlyList<float> Decays { get; } = [0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.75f, 0.8f, 0.85f, 0.9f, 1];

    /// <summary>Fits each candidate once and ranks every case under it, with each decay.</summary>
    /// <param name="sequences">As for <see cref="ItemRulesFit.Fit"/>, without the cases' targets.</param>
    /// <param name="timesMs">As for <see cref="ItemRulesFit.Fit"/>.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="candidates">Settings to try, at least one; of equal ones the first wins.</param>
    /// <param name="cases">Held-out targets. None: the first candidate wins.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="onCandidate">Called before each with its place in the list: a fit of ten thousand items takes a minute.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>The best settings by NDCG at <see cref="PartnersBlend.Cutoff"/>, that figure, and the rules fitted with them.</returns>
    public static (RulesOptions Options, double Ndcg, ItemRules Rules) Choose(
        IReadOnlyList<int[]> sequences, IReadOnlyList<long[]>? timesMs, int itemCount, IReadOnlyList<RulesOptions> candidates, IReadOnlyList<BlendCase> cases,
        bool excludeSeen, Action<int>? onCandidate = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(candidates.Count, nameof(candidates));
        var best = (Options: candidates[0], Ndcg: -1.0, Rules: (ItemRules?)null);
        for (var i = 0; i < candidates.Count; i++)
        {
            onCandidate?.Invoke(i);
            var candidate = candidates[i];
            var rules = ItemRulesFit.Fit(sequences, timesMs, itemCount, candidate, cancel);
            foreach (var decay in Decays.Prepend(candidate.Decay).Distinct())
            {
                var decayed = rules.With(rules.Decay with { Place = decay });
                var ndcg = Ndcg(decayed, cases, excludeSeen, cancel);
                if (ndcg > best.Ndcg) best = (candidate with { Decay = decay }, ndcg, decayed);
            }
        }

        return (best.Options, best.Ndcg, best.Rules!);
    }

    /// <summary>Rules' NDCG at <see cref="PartnersBlend.Cutoff"/> over cases; 0 where there are none. Ties count against the target.</summary>
    public static double Ndcg(ItemRules rules, IReadOnlyList<BlendCase> cases, bool excludeSeen, CancellationToken cancel = default)
    {
        var gains = TargetGains.Of(cases, rules.ItemCount, excludeSeen, (c, scores) => rules.Score(cases[c].History, cases[c].AgesMs ?? [], scores), cancel);
        return gains.Length == 0 ? 0 : gains.Sum() / gains.Length;
    }
}
