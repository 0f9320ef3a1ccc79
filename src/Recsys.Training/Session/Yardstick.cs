using Recsys.Inference.Evaluation;
using Recsys.Inference.Partners;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>What a model has to beat to be of any use: the most popular items, for the same held-out interactions.</summary>
internal static class Yardstick
{
    /// <summary>What to say of a model with these figures.</summary>
    /// <param name="log">The data.</param>
    /// <param name="split">What was held out.</param>
    /// <param name="seen">For each user the items to leave out of the ranking, or null to rank all: as the model was ranked.</param>
    /// <param name="scores">The model's validation figures.</param>
    /// <param name="cancellation">Ends it.</param>
    public static IReadOnlyList<string> Warnings(
        InteractionLog log, ValidationSplit split, int[][]? seen, IReadOnlyList<RankingScore> scores, CancellationToken cancellation = default)
    {
        if (split.Users.Length == 0)
            return ["No interaction was held out, so nobody knows how good the model is."];
        var model = scores.First(score => score.K == SessionValidator.DecisiveK).Ndcg;
        var popular = Popularity(log, split, seen, cancellation);
        return model > popular
            ? []
            : [FormattableString.Invariant($"Lists by this model are no better than the most popular items (NDCG@{SessionValidator.DecisiveK} {model:F4} and {popular:F4} on ")
                + FormattableString.Invariant($"{split.Users.Length:N0} held-out interactions): users share too few items, or what they do next doesn't follow from what they did.")];
    }

    private static double Popularity(InteractionLog log, ValidationSplit split, int[][]? seen, CancellationToken cancellation)
    {
        var popularity = Array.ConvertAll(log.CountTargets(split.TrainingEnds), count => (float)count);
        var cases = Array.ConvertAll(split.Users, user => new BlendCase(seen is null ? [] : seen[user], null, log.Items[split.TrainingEnds[user]]));
        return TargetGains.Of(cases, log.ItemCount, seen is not null, (_, scores) => popularity.CopyTo(scores), cancellation).Average();
    }
}
