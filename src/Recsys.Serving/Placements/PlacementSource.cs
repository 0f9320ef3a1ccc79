using Recsys.Serving.Lists;

namespace Recsys.Serving.Placements;

/// <summary>How much a source of candidates counts.</summary>
/// <param name="Source">Which.</param>
/// <param name="Weight">0 (switched off) to 100.</param>
public readonly record struct PlacementSource(CandidateSource Source, double Weight);
