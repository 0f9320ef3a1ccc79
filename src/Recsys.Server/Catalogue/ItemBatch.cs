using Google.Protobuf.Collections;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Validation;
using Recsys.Serving;
using Recsys.Serving.Catalogue;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.Server.Catalogue;

/// <summary>Writes whole items, each with a result of its own.</summary>
internal static class ItemBatch
{
    public const int MaxItems = 1_000;
    private const int MaxViolationsPerItem = 8;

    /// <summary>Writes the good ones in the order sent and returns one status each; code 0 is success.</summary>
    public static async Task<RpcStatus[]> WriteAsync(ItemCatalogue catalogue, string ns, RepeatedField<V1.Item> items, CancellationToken cancellationToken)
    {
        var statuses = new RpcStatus[items.Count];
        var waiting = new List<CatalogueItem>();
        var violations = new FieldViolations(MaxViolationsPerItem);
        for (var i = 0; i < items.Count; i++)
        {
            violations.Clear();
            var item = ItemMapping.Read(items[i], violations.In("items", i));
            if (violations.Any)
            {
                statuses[i] = RpcErrors.BadRequest(violations);
                continue;
            }

            statuses[i] = new RpcStatus();
            if (items[i].Etag.Length == 0)
            {
                waiting.Add(item);
                continue;
            }

            // An item with an etag is a write of its own; what was sent before it goes first.
            await FlushAsync(catalogue, ns, waiting, cancellationToken);
            try
            {
                await catalogue.ChangeAsync(ns, item.ItemId, items[i].Etag, _ => item, cancellationToken, waits: false);
            }
            catch (EngineException exception) when (exception.Kind == EngineErrorKind.Aborted)
            {
                statuses[i] = RpcErrors.TryOf(exception)!;
            }
        }

        await FlushAsync(catalogue, ns, waiting, cancellationToken);
        return statuses;
    }

    private static async Task FlushAsync(ItemCatalogue catalogue, string ns, List<CatalogueItem> waiting, CancellationToken cancellationToken)
    {
        if (waiting.Count == 0) return;
        await catalogue.UpsertAsync(ns, waiting, cancellationToken);
        waiting.Clear();
    }
}
