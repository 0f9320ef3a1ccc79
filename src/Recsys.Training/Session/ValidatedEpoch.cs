using Recsys.Inference.Evaluation;

namespace Recsys.Training.Session;

/// <summary>An epoch and what its validation gave.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Scores">At 5, 10 and 20, for requests at an unknown time; empty: nothing could be held out.</param>
/// <param name="TimedScores">The same for requests at the time of the held-out interaction; null: the network doesn't read times.</param>
internal sealed record ValidatedEpoch(int Epoch, IReadOnlyList<RankingScore> Scores, IReadOnlyList<RankingScore>? TimedScores = null)
{
    /// <summary>The figure that epochs are compared by.</summary>
    public double Ndcg() => Scores.FirstOrDefault(score => score.K == SessionValidator.DecisiveK)?.Ndcg ?? 0;
}
