namespace Recsys.Serving.Experiments;

/// <summary>Some of the exposures of a placement.</summary>
/// <param name="Exposures">Those that come next; may be none.</param>
/// <param name="Progress">How far the reading is.</param>
/// <param name="Summary">Of all; null: it isn't the last batch.</param>
public sealed record ExposureBatch(IReadOnlyList<Exposure> Exposures, ExperimentProgress Progress, ExposureSummary? Summary);
