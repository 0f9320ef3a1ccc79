using Recsys.Serving.Placements;

namespace Recsys.Serving.Experiments;

/// <summary>By which configuration a list is made, and why.</summary>
/// <param name="Placement">The configuration.</param>
/// <param name="ExperimentId">The experiment that it comes from; empty: none.</param>
/// <param name="Variant">The variant; empty: none.</param>
internal readonly record struct PlacementChoice(Placement Placement, string ExperimentId, string Variant)
{
    /// <summary>The model that the variant names; empty: the live one.</summary>
    public string ModelVersion { get; init; } = "";
}
