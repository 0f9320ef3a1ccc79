namespace Recsys.Serving.Placements;

/// <summary>What a replica holds of a placement.</summary>
/// <param name="Revision">Of its document.</param>
/// <param name="VersionNumber">Its newest version.</param>
/// <param name="Live">What is in effect; null: it's deleted.</param>
internal sealed record PlacementEntry(long Revision, long VersionNumber, VersionedPlacement? Live)
{
    public static PlacementEntry Of(long revision, PlacementVersion version) =>
        new(revision, version.Version, version.Placement is { } placement ? new(placement, StoredPlacement.Etag(revision)) : null);
}
