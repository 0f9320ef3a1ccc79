using Grpc.Core;
using Recsys.V1;

namespace Recsys.Server.Commands;

/// <summary>Looks up titles for ids, so that people read names.</summary>
internal static class ItemTitles
{
    /// <summary>A function from id to title (the id where there is none), for the given ids.</summary>
    public static async Task<Func<string, string>> OfAsync(ServerConnection server, IEnumerable<string> itemIds, CancellationToken cancellationToken)
    {
        var titles = new Dictionary<string, string>();
        foreach (var id in itemIds.Where(id => id.Length > 0).Distinct())
        {
            try
            {
                var answer = await server.Catalog.GetItemAsync(new GetItemRequest { Namespace = server.Namespace, ItemId = id }, cancellationToken: cancellationToken);
                titles[id] = answer.Item.Title;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
            {
                // An item that is known by its events alone has no title.
            }
        }

        return id => titles.TryGetValue(id, out var title) && title.Length > 0 ? title : id;
    }
}
