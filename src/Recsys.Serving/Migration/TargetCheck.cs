using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>Whether a store is empty, so that a migration may begin.</summary>
internal static class TargetCheck
{
    /// <summary>What the store holds, in words; null: nothing.</summary>
    public static async Task<string?> FindContentAsync(IRecsysStore store, CancellationToken cancellationToken)
    {
        foreach (var ns in await store.ListNamespacesAsync(cancellationToken))
        {
            var users = await store.ListUsersAsync(ns, null, 1, cancellationToken);
            if (users.Count > 0) return $"user '{users[0]}' of namespace '{ns}'";
        }

        var items = await store.ListItemNumbersAsync(0, 1, cancellationToken);
        if (items.Count > 0) return $"item '{items[0].ItemId}' of namespace '{items[0].Namespace}'";
        foreach (var collection in StoreCollections.All)
        {
            var documents = await store.ListDocumentsAsync(collection, null, null, 1, cancellationToken);
            if (documents.Count > 0) return $"document '{documents[0].Key.Key}' of collection '{collection}'";
        }

        return null;
    }
}
