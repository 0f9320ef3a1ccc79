namespace Recsys.Serving.Catalogue;

/// <summary>An item and its version.</summary>
/// <param name="Item">The item.</param>
/// <param name="Etag">The version.</param>
public sealed record VersionedItem(CatalogueItem Item, string Etag);
