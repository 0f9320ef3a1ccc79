using System.Globalization;

namespace Recsys.Serving.Placements;

/// <summary>The document of a placement.</summary>
/// <param name="Revision">The store's; 0: there is no document.</param>
/// <param name="Newest">The newest version; null: there is no document, or it's damaged.</param>
/// <param name="VersionNumber">Of the newest version, also where it's damaged; 0: there is no document.</param>
internal sealed record StoredPlacement(long Revision, PlacementVersion? Newest, long VersionNumber)
{
    /// <summary>What is in effect; null: nothing.</summary>
    public Placement? Live => Newest?.Placement;

    /// <summary>Whether there is a document that can't be read.</summary>
    public bool IsDamaged => Revision != 0 && Newest is null;

    /// <summary>The etag of a document of this revision.</summary>
    public static string Etag(long revision) => revision.ToString("x", CultureInfo.InvariantCulture);
}
