using Grpc.Core;
using Recsys.Server.Access;
using Recsys.Server.Errors;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.Serving.Access;
using Recsys.Serving.Catalogue;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.Server.Catalogue;

/// <summary>CatalogService.ImportItems: any number of items over one stream, counted.</summary>
internal sealed class ItemImport(ItemCatalogue catalogue, CallAccess access)
{
    private const int MaxErrors = 100;
    private readonly V1.ImportItemsResponse _response = new();
    private long _index;

    public async Task<V1.ImportItemsResponse> RunAsync(
        IAsyncStreamReader<V1.ImportItemsRequest> requests, CancellationToken stopping, CancellationToken cancellationToken)
    {
        await foreach (var message in MessageReader.ReadAsync(requests, static _ => ValueTask.CompletedTask, stopping, cancellationToken))
        {
            if (access.CheckKey() is { } refusal) throw refusal.ToRpcException();
            await WriteAsync(message, cancellationToken);
        }

        return _response;
    }

    private async Task WriteAsync(V1.ImportItemsRequest message, CancellationToken cancellationToken)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(message.Namespace);
        violations.Count("items", message.Items.Count, ItemBatch.MaxItems);
        if (violations.Any)
        {
            Refuse(message, RpcErrors.BadRequest(violations));
        }
        else if (access.Check(ns, ApiScope.Ingest) is { } refusal)
        {
            Refuse(message, refusal);
        }
        else
        {
            var statuses = await ItemBatch.WriteAsync(catalogue, ns, message.Items, cancellationToken);
            for (var i = 0; i < statuses.Length; i++) Count(message.Items[i].ItemId, statuses[i]);
        }
    }

    private void Refuse(V1.ImportItemsRequest message, RpcStatus status)
    {
        foreach (var item in message.Items) Count(item.ItemId, status);
    }

    private void Count(string itemId, RpcStatus status)
    {
        var index = _index++;
        if (status.Code == 0)
        {
            _response.StoredCount++;
            return;
        }

        _response.RefusedCount++;
        if (_response.Errors.Count < MaxErrors)
            _response.Errors.Add(new V1.ImportError { Index = index, ItemId = SubscriptionReader.Echo(itemId), Status = status });
    }
}
