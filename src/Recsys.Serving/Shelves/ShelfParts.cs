using Recsys.Serving.Catalogue;
using Recsys.Serving.Lists;

namespace Recsys.Serving.Shelves;

/// <summary>What shelves are made from beside lists.</summary>
/// <param name="Audiences">Loads users.</param>
/// <param name="Shown">Loads what they were shown.</param>
/// <param name="Catalogue">The items.</param>
/// <param name="Trending">What is played most now.</param>
internal sealed record ShelfParts(AudienceLoader Audiences, ShownItems Shown, CatalogueMirror Catalogue, Trending Trending);
