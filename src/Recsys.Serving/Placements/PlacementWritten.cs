namespace Recsys.Serving.Placements;

/// <summary>What a write came to.</summary>
/// <param name="Placement">The placement as it is now.</param>
/// <param name="Created">There was none before.</param>
/// <param name="ReplicasPending">So many other replicas hadn't taken it over when the time was up.</param>
public sealed record PlacementWritten(VersionedPlacement Placement, bool Created, int ReplicasPending);
