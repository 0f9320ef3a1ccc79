namespace Recsys.Serving.Catalogue;

/// <summary>The catalogue of every namespace: stored in the store, mirrored in flat arrays for filtering and titles. A change is in effect from the next list on.</summary>
public sealed class ItemCatalogue
{
    /// <summary>Writes whole items (last one wins within the call) and returns them with their new versions, in the order given.</summary>
    /// <exception cref="EngineException">Unavailable.</exception>
    public ValueTask<IReadOnlyList<VersionedItem>> UpsertAsync(string ns, IReadOnlyList<CatalogueItem> items, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Reads one item, changes it by <paramref name="change"/> and writes it, atomically: the change is computed again when somebody else wrote in between.</summary>
    /// <param name="ns">Namespace.</param>
    /// <param name="itemId">Which item.</param>
    /// <param name="etag">If not empty, the version that must be stored.</param>
    /// <param name="change">From the stored item (null: there is none) to the new one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="EngineException">Aborted (etag), Unavailable, or whatever <paramref name="change"/> throws.</exception>
    public ValueTask<VersionedItem> ChangeAsync(
        string ns, string itemId, string etag, Func<CatalogueItem?, CatalogueItem> change, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads one item.</summary>
    /// <exception cref="EngineException">NotFound, Unavailable.</exception>
    public ValueTask<VersionedItem> GetAsync(string ns, string itemId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads items in ordinal order of their ids after <paramref name="afterItemId"/> (null = from the start), only children of <paramref name="parentId"/> if not empty.</summary>
    public ValueTask<IReadOnlyList<VersionedItem>> ListAsync(
        string ns, string parentId, string? afterItemId, int maxCount, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Deletes one item.</summary>
    /// <exception cref="EngineException">NotFound, Aborted (etag), Unavailable.</exception>
    public ValueTask DeleteAsync(string ns, string itemId, string etag, CancellationToken cancellationToken) => throw new NotImplementedException();
}
