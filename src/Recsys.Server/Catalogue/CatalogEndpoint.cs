using Grpc.Core;
using Recsys.Server.Access;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.Serving;
using Recsys.Serving.Catalogue;

namespace Recsys.Server.Catalogue;

/// <summary>recsys.v1.CatalogService.</summary>
internal sealed class CatalogEndpoint(StreamContext streams) : V1.CatalogService.CatalogServiceBase
{
    private ItemCatalogue Items => streams.Engine.Catalogue;

    public override async Task<V1.UpsertItemResponse> UpsertItem(V1.UpsertItemRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        ItemMask.Check(request.UpdateMask, violations);
        if (request.Item is null) violations.Add("item", "is required");
        var item = ItemMapping.Read(request.Item ?? new V1.Item(), violations.In("item"));
        violations.ThrowIfAny();

        var created = false;
        var stored = await Items.ChangeAsync(ns, item.ItemId, request.Item!.Etag, old =>
        {
            created = old is null;
            if (MaskPaths.IsEmpty(request.UpdateMask)) return item;
            if (old is null && !request.AllowMissing)
                throw new EngineException(EngineErrorKind.NotFound, "ITEM_NOT_FOUND", "there is no such item to change; set allow_missing to create it", "item.item_id");
            return ItemMask.Apply(request.UpdateMask!, old ?? new CatalogueItem { ItemId = item.ItemId }, item);
        }, context.CancellationToken);
        return new V1.UpsertItemResponse { Item = ItemMapping.Write(stored), Created = created };
    }

    public override async Task<V1.BatchUpsertItemsResponse> BatchUpsertItems(V1.BatchUpsertItemsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Count("items", request.Items.Count, ItemBatch.MaxItems, min: 1);
        violations.ThrowIfAny();
        var response = new V1.BatchUpsertItemsResponse();
        response.Statuses.AddRange(await ItemBatch.WriteAsync(Items, ns, request.Items, context.CancellationToken));
        return response;
    }

    public override Task<V1.ImportItemsResponse> ImportItems(IAsyncStreamReader<V1.ImportItemsRequest> requestStream, ServerCallContext context) =>
        new ItemImport(Items, AccessInterceptor.Of(context)).RunAsync(requestStream, streams.Stopping, context.CancellationToken);

    public override async Task<V1.GetItemResponse> GetItem(V1.GetItemRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("item_id", request.ItemId);
        violations.ThrowIfAny();
        return new V1.GetItemResponse { Item = ItemMapping.Write(await Items.GetAsync(ns, request.ItemId, context.CancellationToken)) };
    }

    public override async Task<V1.ListItemsResponse> ListItems(V1.ListItemsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("parent_id", request.ParentId, required: false);
        var pageSize = violations.ListingPageSize(request.PageSize);
        var listing = $"items/{ns}/{request.ParentId}";
        var after = PageTokens.Read(request.PageToken, listing, violations);
        violations.ThrowIfAny();

        // One more than the page tells whether there's a next one.
        var items = await Items.ListAsync(ns, request.ParentId, after, pageSize + 1, context.CancellationToken);
        var response = new V1.ListItemsResponse();
        response.Items.AddRange(items.Take(pageSize).Select(ItemMapping.Write));
        if (items.Count > pageSize) response.NextPageToken = PageTokens.Write(listing, items[pageSize - 1].Item.ItemId);
        return response;
    }

    public override async Task<V1.DeleteItemResponse> DeleteItem(V1.DeleteItemRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("item_id", request.ItemId);
        violations.Id("etag", request.Etag, required: false);
        violations.ThrowIfAny();
        await Items.DeleteAsync(ns, request.ItemId, request.Etag, context.CancellationToken);
        return new V1.DeleteItemResponse();
    }
}
