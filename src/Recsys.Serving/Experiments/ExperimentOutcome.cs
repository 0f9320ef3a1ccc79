using Recsys.Inference.Experiments;

namespace Recsys.Serving.Experiments;

/// <summary>What became of an experiment.</summary>
/// <param name="Experiment">Which.</param>
/// <param name="EndMs">Events before this moment are counted, Unix ms.</param>
/// <param name="Report">The figures.</param>
/// <param name="UnattributedImpressions">Impressions that name the placement but no list.</param>
public sealed record ExperimentOutcome(Experiment Experiment, long EndMs, ExperimentReport Report, long UnattributedImpressions);
