using Recsys.Serving.Access;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;
using Recsys.Serving.Models;

namespace Recsys.Serving;

/// <summary>The collections of documents that the engine keeps: the store itself can't list them. Whoever adds one adds it here, which a test checks.</summary>
internal static class StoreCollections
{
    /// <summary>Every collection with what belongs to the store's users.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ItemCatalogue.Collection, ApiKeyRegistry.Collection, ModelDocuments.ModelCollection, ModelDocuments.LiveCollection, PageTokens.Collection, SharedArtefacts.Collection,
    ];
}
