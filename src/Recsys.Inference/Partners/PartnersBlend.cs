using System.Numerics;
using System.Runtime.InteropServices;
using Recsys.Inference.Evaluation;

namespace Recsys.Inference.Partners;

/// <summary>Chooses the partners' weights by validation.</summary>
public static class PartnersBlend
{
    /// <summary>Length of the list by whose NDCG weights are chosen.</summary>
    public const int Cutoff = TargetGains.Cutoff;

    /// <summary>Of the rules' score in a logarithm: from 30 to 10,000 there was no difference.</summary>
    private const float RulesScale = 100;

    private const double ErrorsForRules = 1, ErrorsForNeighbours = 2;

    private static readonly float[] Rules = [0.25f, 0.5f, 1, 1.5f, 2, 3, 4, 6, 10];
    private static readonly float[] RulesAsTheyAre = [1, 2, 4, 8, 16, 24, 32, 64];
    private static readonly float[] Neighbours = [0.25f, 0.5f, 1, 2, 4, 8];

    /// <summary>Writes what the network and each partner say of all items for a case. Called from several threads at once.</summary>
    /// <param name="index">Which case.</param>
    /// <param name="logits">(N), to be overwritten.</param>
    /// <param name="rules">(N), 0 before: the rules' scores.</param>
    /// <param name="neighbours">(N), 0 before: the logarithms of the nearest sessions' scores, each of one plus it.</param>
    public delegate void CaseScores(int index, Span<float> logits, Span<float> rules, Span<float> neighbours);

    /// <summary>Weights to try, the simplest first: none, one partner, both, each by ascending weight. Logits are in nats, rules near expectations from 0 to 1.</summary>
    /// <param name="rules">Whether there are rules.</param>
    /// <param name="neighbours">Whether there are past sessions.</param>
    public static IReadOnlyList<PartnerWeights> Grid(bool rules, bool neighbours) =>
    [
        default,
        .. Rules.Where(_ => rules).Select(weight => new PartnerWeights(weight, RulesScale, 0)),
        .. RulesAsTheyAre.Where(_ => rules).Select(weight => new PartnerWeights(weight, 0, 0)),
        .. Neighbours.Where(_ => neighbours).Select(weight => new PartnerWeights(0, 0, weight)),
        .. Neighbours.Where(_ => rules && neighbours).SelectMany(second => Rules.Select(first => new PartnerWeights(first, RulesScale, second))),
    ];

    /// <summary>Ranks every case's target under all weights.</summary>
    /// <param name="cases">Held-out targets with their histories.</param>
    /// <param name="itemCount">Dense ids are below this.</param>
    /// <param name="scores">What network and partners say; these must not have learned the targets.</param>
    /// <param name="tried">Weights to try, finite and at least 0, the simplest first; no partners must be the first.</param>
    /// <param name="excludeSeen">Whether a history's items are out of its ranking.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>
    /// The weights with the best NDCG, with all figures. Rules join only where they lead the network alone by more than one standard error (of the difference, case by case). Past
    /// sessions, which cost the most memory and time, take their place where they are better and lead the network alone by more than two, and join them only where both lead what was
    /// chosen by more than two. How much a partner weighs once it has joined makes a model no simpler, so there is no such rule for it. No cases: no partners.
    /// </returns>
    public static BlendChoice Choose(
        IReadOnlyList<BlendCase> cases, int itemCount, CaseScores scores, IReadOnlyList<PartnerWeights> tried, bool excludeSeen, CancellationToken cancel = default)
    {
        if (tried.Count == 0 || tried[0] != default) throw new ArgumentException("Expected no partners first.", nameof(tried));
        if (tried.Any(weights => !IsValid(weights.Rules) || !IsValid(weights.RulesScale) || !IsValid(weights.Neighbours)))
        {
            throw new ArgumentOutOfRangeException(nameof(tried), "Expected finite weights of at least 0.");
        }

        var ranks = new int[cases.Count * tried.Count];
        Parallel.For(0, cases.Count, new ParallelOptions { CancellationToken = cancel }, () => new float[4 * itemCount], (c, _, scratch) =>
        {
            var logits = scratch.AsSpan(0, itemCount);
            var rules = scratch.AsSpan(itemCount, itemCount);
            var neighbours = scratch.AsSpan(2 * itemCount, itemCount);
            var added = scratch.AsSpan(3 * itemCount);
            rules.Clear();
            neighbours.Clear();
            scores(c, logits, rules, neighbours);
            if (excludeSeen) RankingMetrics.Exclude(logits, cases[c].History, cases[c].Target);
            var last = new PartnerWeights(0, float.NaN, 0);
            for (var w = 0; w < tried.Count; w++)
            {
                // All weights of one scale share its logarithms.
                if (tried[w].RulesScale != last.RulesScale) Transform(rules, tried[w].RulesScale, added);
                last = tried[w];
                ranks[(c * tried.Count) + w] = Rank(logits, added, last.Rules, neighbours, last.Neighbours, cases[c].Target);
            }

            return scratch;
        }, _ => { });

        var points = tried.Select((weights, w) => Point(weights, ranks, w, tried.Count, cases.Count)).ToArray();
        var rules = BestOf(points, point => point.Weights.Neighbours == 0);
        var chosen = Lead(ranks, points.Length, rules, 0) > ErrorsForRules ? rules : 0;
        var neighbours = BestOf(points, point => point.Weights.Rules == 0);
        if (points[neighbours].Ndcg > points[chosen].Ndcg && Lead(ranks, points.Length, neighbours, 0) > ErrorsForNeighbours) chosen = neighbours;
        var both = BestOf(points, _ => true);
        if (Lead(ranks, points.Length, both, chosen) > ErrorsForNeighbours) chosen = both;
        return new(tried[chosen], points);
    }

    /// <summary>The first of the best.</summary>
    private static int BestOf(BlendPoint[] points, Func<BlendPoint, bool> allowed) =>
        Array.IndexOf(points, points.Where(allowed).MaxBy(point => point.Ndcg));

    private static bool IsValid(float value) => value >= 0 && float.IsFinite(value);

    private static void Transform(ReadOnlySpan<float> rules, float scale, Span<float> transformed)
    {
        var one = new PartnerWeights(1, scale, 0);
        for (var i = 0; i < rules.Length; i++) transformed[i] = rules[i] == 0 ? 0 : one.OfRules(rules[i]);
    }

    /// <summary>The target's rank, as <see cref="RankingMetrics.Rank"/> counts: one for each item that scores at least as much, itself among them.</summary>
    private static int Rank(ReadOnlySpan<float> logits, ReadOnlySpan<float> rules, float rulesWeight, ReadOnlySpan<float> neighbours, float neighboursWeight, int target)
    {
        var threshold = logits[target] + (rulesWeight * rules[target]) + (neighboursWeight * neighbours[target]);
        var a = MemoryMarshal.Cast<float, Vector<float>>(logits);
        var b = MemoryMarshal.Cast<float, Vector<float>>(rules);
        var c = MemoryMarshal.Cast<float, Vector<float>>(neighbours);
        var (least, counts) = (new Vector<float>(threshold), Vector<int>.Zero);
        for (var i = 0; i < a.Length; i++) counts -= Vector.GreaterThanOrEqual(a[i] + (rulesWeight * b[i]) + (neighboursWeight * c[i]), least);
        var rank = Vector.Sum(counts);
        for (var i = a.Length * Vector<float>.Count; i < logits.Length; i++)
        {
            if (logits[i] + (rulesWeight * rules[i]) + (neighboursWeight * neighbours[i]) >= threshold) rank++;
        }

        // What isn't a number is at least as much as nothing, and every item is in front of it.
        return float.IsNaN(threshold) ? logits.Length : Math.Max(1, rank);
    }

    /// <summary>By how many standard errors one of the tried weights is better than another.</summary>
    private static double Lead(int[] ranks, int tried, int one, int other)
    {
        var differences = new double[ranks.Length / tried];
        for (var c = 0; c < differences.Length; c++)
        {
            differences[c] = RankingMetrics.Ndcg(ranks[(c * tried) + one], Cutoff) - RankingMetrics.Ndcg(ranks[(c * tried) + other], Cutoff);
        }

        return PairedLead.InStandardErrors(differences);
    }

    private static BlendPoint Point(PartnerWeights weights, int[] ranks, int first, int step, int cases)
    {
        var (ndcg, hits) = (0.0, 0.0);
        for (var at = first; at < ranks.Length; at += step)
        {
            ndcg += RankingMetrics.Ndcg(ranks[at], Cutoff);
            hits += RankingMetrics.Recall(ranks[at], Cutoff);
        }

        return new(weights, ndcg / Math.Max(cases, 1), hits / Math.Max(cases, 1));
    }
}
