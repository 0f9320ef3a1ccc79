using Recsys.Serving.Access;
using Recsys.Serving.Archive;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Experiments;
using Recsys.Serving.Learning;
using Recsys.Serving.Lists;
using Recsys.Serving.Migration;
using Recsys.Serving.Models;
using Recsys.Serving.Placements;
using Recsys.Serving.Replicas;
using Recsys.Serving.Users;

namespace Recsys.Serving;

/// <summary>The collections of documents that the engine keeps: the store itself can't list them. Whoever adds one adds it here, which a test checks.</summary>
internal static class StoreCollections
{
    /// <summary>Those that speak of one store only, and stay with it: its replicas and what they tell each other, its archive (whose cursor is the store's own),
    /// what continuous learning counted (likewise), a migration's progress.</summary>
    public static IReadOnlyList<string> OfOneStore { get; } =
        [ReplicaRoster.Collection, SharedPlays.Collection, ArchiveDocuments.Collection, ArchiveMarks.Collection, MigrationMarker.Collection, LearningLease.Collection];

    /// <summary>Every collection with what belongs to the store's users.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ItemCatalogue.Collection, ApiKeyRegistry.Collection, ModelDocuments.ModelCollection, ModelDocuments.LiveCollection, PageTokens.Collection, SharedArtefacts.Collection,
        PlacementDocuments.Collection, PlacementDocuments.VersionCollection, ExperimentsDocument.Collection, AccountCeilings.Collection,
    ];
}
