using Recsys.Inference.Evaluation;
using Recsys.Inference.Rules;

namespace Recsys.Training.Session;

/// <summary>The outcome of a training.</summary>
/// <param name="Weights">Those of the epoch that was kept.</param>
/// <param name="Epoch">Which that was, from 1.</param>
/// <param name="Metrics">Its validation figures; empty where nothing could be held out.</param>
/// <param name="TimedMetrics">The same for requests at the held-out interaction's time; null where the network doesn't read times.</param>
/// <param name="StepLosses">The loss of every step, for tests and diagnosis.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record TrainedSession(
    SessionWeights Weights, int Epoch, IReadOnlyList<RankingScore> Metrics, IReadOnlyList<RankingScore>? TimedMetrics, IReadOnlyList<double> StepLosses, TimeSpan Duration)
{
    /// <summary>Item-to-item rules beside the network; null: none.</summary>
    public ItemRules? Rules { get; init; }

    /// <summary>What their scores are multiplied by before they are added to the logits.</summary>
    public float RulesWeight { get; init; }
}
