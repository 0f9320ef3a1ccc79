namespace Recsys.Serving.Placements;

/// <summary>A placement and its etag.</summary>
/// <param name="Placement">The placement.</param>
/// <param name="Etag">The etag; empty: it isn't the stored one.</param>
public sealed record VersionedPlacement(Placement Placement, string Etag);
