using Recsys.Inference.Evaluation;
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
    public static IReadOnlyList<string> Warnings(InteractionLog log, ValidationSplit split, int[][]? seen, IReadOnlyList<RankingScore> scores)
    {
        if (split.Users.Length == 0)
            return ["No interaction was held out, so nobody knows how good the model is."];
        var model = scores.First(score => score.K == SessionValidator.DecisiveK).Ndcg;
        var popular = Popularity(log, split, seen);
        return model > popular
            ? []
            : [FormattableString.Invariant($"Lists by this model are no better than the most popular items (NDCG@{SessionValidator.DecisiveK} {model:F4} and {popular:F4} on ")
                + FormattableString.Invariant($"{split.Users.Length:N0} held-out interactions): users share too few items, or what they do next doesn't follow from what they did.")];
    }

    private static double Popularity(InteractionLog log, ValidationSplit split, int[][]? seen)
    {
        var popularity = new float[log.ItemCount];
        for (var user = 0; user < log.UserCount; user++)
            for (var i = log.UserStarts[user]; i < split.TrainingEnds[user]; i++)
                if (log.IsTarget(i))
                    popularity[log.Items[i]]++;
        var metrics = new RankingAccumulator(log.ItemCount, [SessionValidator.DecisiveK]);
        var scores = new float[log.ItemCount];
        foreach (var user in split.Users)
        {
            popularity.CopyTo(scores, 0);
            metrics.Add(scores, log.Items[split.TrainingEnds[user]], seen is null ? [] : seen[user]);
        }
        return metrics.Scores()[0].Ndcg;
    }
}
