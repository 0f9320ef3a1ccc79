using Recsys.Inference.Evaluation;
using Recsys.Inference.Partners;
using Recsys.Inference.Ranker;

namespace Recsys.Training.Ranker;

/// <summary>How good rankers are on users that they weren't fitted to: each fold is ranked by a ranker of the others.</summary>
internal static class RankerFolds
{
    private const int Folds = 3;

    /// <summary>Of each fold the ranker of the others.</summary>
    /// <param name="cases">Held-out targets.</param>
    /// <param name="fit">Fits a ranker to some of them.</param>
    public static RankerNetwork[] Networks(IReadOnlyList<RankerCase> cases, Func<IReadOnlyList<RankerCase>, RankerWeights> fit) =>
        [.. Enumerable.Range(0, Folds).Select(fold => new RankerNetwork(fit([.. cases.Where(one => one.User % Folds != fold)])))];

    /// <summary>Each case's NDCG at the cut-off.</summary>
    /// <param name="cases">Held-out targets.</param>
    /// <param name="fit">Fits a ranker to some of them.</param>
    public static double[] Gains(IReadOnlyList<RankerCase> cases, Func<IReadOnlyList<RankerCase>, RankerWeights> fit) => Gains(cases, Networks(cases, fit));

    /// <summary>Each case's NDCG at the cut-off.</summary>
    /// <param name="cases">Held-out targets.</param>
    /// <param name="networks">Those of <see cref="Networks"/>.</param>
    public static double[] Gains(IReadOnlyList<RankerCase> cases, RankerNetwork[] networks)
    {
        var gains = new double[cases.Count];
        for (var fold = 0; fold < Folds; fold++)
        {
            var network = networks[fold];
            var held = Enumerable.Range(0, cases.Count).Where(at => cases[at].User % Folds == fold).ToArray();
            Parallel.ForEach(held, at => gains[at] = Gain(network, cases[at]));
        }
        return gains;
    }

    /// <summary>What was shown, with the logits of rankers that weren't fitted to its users.</summary>
    /// <param name="lists">What was shown.</param>
    /// <param name="networks">Those of <see cref="Networks"/>.</param>
    public static IReadOnlyList<(float Logit, bool IsPlayed, int Fold)> Shown(IReadOnlyList<RankerCase> lists, RankerNetwork[] networks)
    {
        var rows = new List<(float, bool, int)>();
        for (var fold = 0; fold < Folds; fold++)
        {
            foreach (var one in lists.Where(one => one.User % Folds == fold))
            {
                var logits = Logits(networks[fold], one);
                for (var i = 0; i < one.Count; i++)
                    rows.Add((logits[i], one.Played[i], fold));
            }
        }
        return rows;
    }

    /// <summary>The session source's own.</summary>
    public static double[] SessionGains(IReadOnlyList<RankerCase> cases) => [.. cases.Select(one => RankingMetrics.Ndcg(one.SessionRank, TargetGains.Cutoff))];

    /// <summary>By how many standard errors one ranking is better than another; a user's cases count as one, for they're much alike.</summary>
    public static double Lead(IReadOnlyList<RankerCase> cases, double[] one, double[] other) => PairedLead.InStandardErrors(
        [.. Enumerable.Range(0, cases.Count).GroupBy(at => cases[at].User).Select(user => user.Average(at => one[at] - other[at]))]);

    private static double Gain(RankerNetwork network, RankerCase one)
    {
        if (one.Target < 0)
            return 0;
        var logits = Logits(network, one);
        return RankingMetrics.Ndcg(RankingMetrics.Rank(logits, one.Target), TargetGains.Cutoff);
    }

    /// <summary>The logits of a case's candidates as a list would have them, which doesn't know its places yet.</summary>
    private static float[] Logits(RankerNetwork network, RankerCase one)
    {
        var (table, logits) = (one.ToTable(), new float[one.Count]);
        table.Column(RankerFeature.Position).Fill(network.Absent(RankerFeature.Position));
        network.Score(table, logits);
        return logits;
    }
}
