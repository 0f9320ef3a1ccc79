using Recsys.Inference.Artefacts;
using Recsys.Inference.Evaluation;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>Compares a new network with an earlier model's on the held-out interactions, which neither has seen: both read the same histories and rank the same items.</summary>
internal static class ModelContest
{
    /// <summary>Fewer users can't tell two networks apart.</summary>
    public const int LeastUsers = 30;

    /// <summary>Compares.</summary>
    /// <param name="log">The data.</param>
    /// <param name="split">What is held out, all newer than what the earlier model knows.</param>
    /// <param name="settings">The new network's.</param>
    /// <param name="seen">As <see cref="SessionValidator"/> takes it.</param>
    /// <param name="weights">The new network.</param>
    /// <param name="earlier">The other.</param>
    /// <param name="cancellation">Ends it.</param>
    public static ModelComparison Hold(
        InteractionLog log, ValidationSplit split, TrainingSettings settings, int[][]? seen, SessionWeights weights, EarlierModel earlier, CancellationToken cancellation)
    {
        var ours = Gains(new SessionValidator(log, split, settings, seen).Ranks(weights, timeKnown: false, cancellation));
        var theirs = Gains(new SessionValidator(log, split, settings with { Network = earlier.Network }, seen).Ranks(earlier.Over(log), timeKnown: false, cancellation));
        var mean = ours.Zip(theirs, (a, b) => a - b).Average();
        var variance = ours.Zip(theirs, (a, b) => a - b - mean).Sum(difference => difference * difference) / Math.Max(1, ours.Length - 1);
        return new ModelComparison { Users = ours.Length, Ndcg = ours.Average(), BaselineNdcg = theirs.Average(), StandardError = Math.Sqrt(variance / ours.Length) };
    }

    private static double[] Gains(int[] ranks) => Array.ConvertAll(ranks, rank => RankingMetrics.Ndcg(rank, SessionValidator.DecisiveK));
}
