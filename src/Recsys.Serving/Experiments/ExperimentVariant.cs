using Recsys.Serving.Placements;

namespace Recsys.Serving.Experiments;

/// <summary>A variant of an experiment; the fields are those of recsys.v1.ExperimentVariant.</summary>
/// <param name="Name">Unique within the experiment.</param>
/// <param name="Share">Of all users, above 0, at most 1.</param>
/// <param name="PlacementId">Whose configuration holds for its lists; empty: that of the experiment's placement.</param>
/// <param name="Sources">Weights instead of the configuration's; none: those of the configuration.</param>
public sealed record ExperimentVariant(string Name, double Share, string PlacementId, IReadOnlyList<PlacementSource> Sources)
{
    /// <summary>The model that its lists are made by; empty: the live one.</summary>
    public string ModelVersion { get; init; } = "";
}
