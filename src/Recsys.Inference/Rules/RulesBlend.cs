using Recsys.Inference.Evaluation;

namespace Recsys.Inference.Rules;

/// <summary>Chooses the weight w of score_j = logit_j + w rules_j by validation.</summary>
public static class RulesBlend
{
    /// <summary>Length of the list by whose NDCG the weight is chosen.</summary>
    public const int Cutoff = 10;

    /// <summary>Weights that are tried where none are given: logits are in nats, rules near expectations from 0 to 1.</summary>
    public static IReadOnlyList<float> DefaultWeights { get; } = [0, 0.5f, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

    /// <summary>Writes one case's logits, or other scores that rules may be added to. Called from several threads at once.</summary>
    /// <param name="index">Which case.</param>
    /// <param name="logits">(N), to be overwritten.</param>
    public delegate void LogitsProvider(int index, Span<float> logits);

    /// <summary>Ranks every case's target under every weight; one call of the provider and one of the rules a case.</summary>
    /// <param name="rules">Fitted without the cases' targets.</param>
    /// <param name="cases">Held-out targets with their histories.</param>
    /// <param name="logits">The model's scores.</param>
    /// <param name="weights">Weights to try, finite and at least 0; 0 is always among them. Empty for <see cref="DefaultWeights"/>.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>
    /// The smallest weight whose NDCG is within one standard error of the best one's (of their difference, case by case; Breiman et al. 1984, section 3.4.3), so that luck among few cases
    /// weighs little, with every weight's figures. No cases: weight 0.
    /// </returns>
    public static BlendChoice Choose(
        ItemRules rules, IReadOnlyList<BlendCase> cases, LogitsProvider logits, IReadOnlyList<float> weights, bool excludeSeen, CancellationToken cancel = default)
    {
        var tried = (weights.Count == 0 ? DefaultWeights : weights).Append(0).Distinct().Order().ToArray();
        if (tried.Any(weight => !(weight >= 0 && float.IsFinite(weight)))) throw new ArgumentOutOfRangeException(nameof(weights), "Expected finite weights of at least 0.");
        var ranks = new int[cases.Count * tried.Length];
        Parallel.For(0, cases.Count, new ParallelOptions { CancellationToken = cancel }, () => new float[3 * rules.ItemCount], (c, _, scratch) =>
        {
            var model = scratch.AsSpan(0, rules.ItemCount);
            var added = scratch.AsSpan(rules.ItemCount, rules.ItemCount);
            logits(c, model);
            added.Clear();
            rules.Score(cases[c].History, cases[c].AgesMs ?? [], added);
            if (excludeSeen) RankingMetrics.Exclude(model, cases[c].History, cases[c].Target);
            var blended = scratch.AsSpan(2 * rules.ItemCount);
            for (var w = 0; w < tried.Length; w++)
            {
                for (var j = 0; j < blended.Length; j++) blended[j] = model[j] + (tried[w] * added[j]);
                ranks[(c * tried.Length) + w] = RankingMetrics.Rank(blended, cases[c].Target);
            }

            return scratch;
        }, _ => { });

        var points = tried.Select((weight, w) => Point(weight, ranks, w, tried.Length, cases.Count)).ToArray();
        var best = Array.IndexOf(points, points.MaxBy(point => point.Ndcg)!);
        var chosen = 0;
        while (chosen < best && !IsWithinAStandardError(ranks, chosen, best, tried.Length, cases.Count)) chosen++;
        return new(tried[chosen], points);
    }

    /// <summary>Whether the best weight's lead over another one is no more than the standard error of that lead.</summary>
    private static bool IsWithinAStandardError(int[] ranks, int other, int best, int step, int cases)
    {
        var (sum, squares) = (0.0, 0.0);
        for (var first = 0; first < ranks.Length; first += step)
        {
            var difference = RankingMetrics.Ndcg(ranks[first + best], Cutoff) - RankingMetrics.Ndcg(ranks[first + other], Cutoff);
            sum += difference;
            squares += difference * difference;
        }

        var mean = sum / cases;
        return mean <= Math.Sqrt(Math.Max(0, (squares / cases) - (mean * mean)) / cases);
    }

    private static BlendPoint Point(float weight, int[] ranks, int first, int step, int cases)
    {
        var (ndcg, hits) = (0.0, 0.0);
        for (var at = first; at < ranks.Length; at += step)
        {
            ndcg += RankingMetrics.Ndcg(ranks[at], Cutoff);
            hits += RankingMetrics.Recall(ranks[at], Cutoff);
        }

        return new(weight, ndcg / Math.Max(cases, 1), hits / Math.Max(cases, 1));
    }
}
