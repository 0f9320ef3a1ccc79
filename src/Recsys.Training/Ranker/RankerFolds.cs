using Recsys.Inference.Evaluation;
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

    /// <summary>
    /// The mean difference of two rankings' gains over all cases, in standard errors. A user's cases are much alike, so that users are what is drawn: the standard error is that of a ratio of sums
    /// over users (Cochran 1977, section 6.4), which is what an evaluation's bootstrap has. Infinite where all differences are equal and not 0.
    /// </summary>
    public static double Lead(IReadOnlyList<RankerCase> cases, double[] one, double[] other)
    {
        var users = Enumerable.Range(0, cases.Count).GroupBy(at => cases[at].User).Select(user => (Sum: user.Sum(at => one[at] - other[at]), Count: user.Count())).ToArray();
        var sum = users.Sum(user => user.Sum);
        if (sum == 0)
            return 0;
        var mean = sum / cases.Count;
        var squares = users.Sum(user => Math.Pow(user.Sum - (mean * user.Count), 2));
        return squares <= 1e-12 * sum * sum ? double.PositiveInfinity * Math.Sign(sum) : sum / Math.Sqrt(squares * users.Length / (users.Length - 1));
    }

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
