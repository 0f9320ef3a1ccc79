using Recsys.Inference.Artefacts;
using Recsys.Inference.Evaluation;
using Recsys.Inference.Partners;
using Recsys.Inference.Ranker;
using Recsys.Inference.Rules;
using Recsys.Inference.Taste;

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
    /// <summary>What is added to the logits.</summary>
    public ModelPartners Partners { get; init; } = ModelPartners.None;

    /// <summary>Long-term taste; null: none.</summary>
    public TasteModel? Taste { get; init; }

    /// <summary>Linear item-to-item weights; null: none.</summary>
    public ItemRules? Linear { get; init; }

    /// <summary>The ranker over all sources; null: none.</summary>
    public RankerWeights? Ranker { get; init; }

    /// <summary>What the ranker's logits say of the odds of a play; null: too little was shown to tell.</summary>
    public RankerCalibration? Calibration { get; init; }

    /// <summary>What is known of the items beside; null: nothing.</summary>
    public ItemFacts? Facts { get; init; }

    /// <summary>How its network did beside an earlier model's; null: there was none.</summary>
    public ModelComparison? Comparison { get; init; }

    /// <summary>Whether it began from an earlier model's weights.</summary>
    public bool IsContinued { get; init; }

    /// <summary>What whoever serves the model should know first, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
