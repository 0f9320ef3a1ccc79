using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

public sealed class CatalogServiceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly Clients _clients = shared.Server.Clients;

    [Fact]
    public async Task Item_with_every_field_when_read_back_is_the_same()
    {
        var sent = Sample.FullItem(Sample.Name("item"));
        var upserted = await _clients.Catalog.UpsertItemAsync(new UpsertItemRequest { Item = sent });
        Assert.True(upserted.Created);
        var read = (await _clients.Catalog.GetItemAsync(new GetItemRequest { ItemId = sent.ItemId })).Item;
        Assert.Equal(upserted.Item, read);
        Assert.NotNull(read.CreateTime);
        Assert.NotEmpty(read.Etag);
        read.CreateTime = null;
        read.UpdateTime = null;
        read.Etag = "";
        Assert.Equal(sent, read);
    }

    [Fact]
    public async Task Masked_update_when_made_changes_the_named_fields_only()
    {
        var sent = Sample.FullItem(Sample.Name("item"));
        await _clients.Catalog.UpsertItemAsync(new UpsertItemRequest { Item = sent });
        var changed = await _clients.Catalog.UpsertItemAsync(new UpsertItemRequest
        {
            Item = new Item { ItemId = sent.ItemId, Title = "New", Genres = { "puzzle" } },
            UpdateMask = FieldMask.FromString("title,genres,hidden"),
        });
        Assert.False(changed.Created);
        Assert.Equal("New", changed.Item.Title);
        Assert.Equal(["puzzle"], changed.Item.Genres);
        Assert.False(changed.Item.Hidden);
        Assert.Equal(sent.Description, changed.Item.Description);
        Assert.Equal(sent.Attributes, changed.Item.Attributes);
    }

    [Fact]
    public async Task Masked_update_of_a_missing_item_when_made_needs_allow_missing()
    {
        var request = new UpsertItemRequest { Item = Sample.Film(Sample.Name("item")), UpdateMask = FieldMask.FromString("title") };
        await RpcAssert.FailsWithReasonAsync(StatusCode.NotFound, "ITEM_NOT_FOUND", async () => await _clients.Catalog.UpsertItemAsync(request));
        request.AllowMissing = true;
        var response = await _clients.Catalog.UpsertItemAsync(request);
        Assert.True(response.Created);
        Assert.Equal(ItemKind.Other, response.Item.Kind); // not in the mask
    }

    [Fact]
    public async Task Etag_when_stale_aborts_the_write()
    {
        var item = Sample.Film(Sample.Name("item"));
        var first = (await _clients.Catalog.UpsertItemAsync(new UpsertItemRequest { Item = item })).Item;
        item.Etag = first.Etag;
        var second = (await _clients.Catalog.UpsertItemAsync(new UpsertItemRequest { Item = item })).Item;
        await RpcAssert.FailsAsync(StatusCode.Aborted, async () => await _clients.Catalog.UpsertItemAsync(new UpsertItemRequest { Item = item }));
        await RpcAssert.FailsAsync(
            StatusCode.Aborted, async () => await _clients.Catalog.DeleteItemAsync(new DeleteItemRequest { ItemId = item.ItemId, Etag = first.Etag }));
        await _clients.Catalog.DeleteItemAsync(new DeleteItemRequest { ItemId = item.ItemId, Etag = second.Etag });
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await _clients.Catalog.GetItemAsync(new GetItemRequest { ItemId = item.ItemId }));
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await _clients.Catalog.DeleteItemAsync(new DeleteItemRequest { ItemId = item.ItemId }));
    }

    [Fact]
    public async Task Bad_item_when_upserted_names_every_field()
    {
        var id = Sample.Name("item");
        var item = new Item
        {
            ItemId = id,
            Kind = (ItemKind)99,
            ParentId = id,
            Ordinal = -1,
            Title = new string('t', 1_025),
            Description = new string('d', 16_385),
            Localizations = { new Localization { Title = "t" }, new Localization { Locale = "not a tag" } },
            Tags = { "good", "" },
            Languages = { "en", "?" },
            Attributes = { ["bad key"] = new AttributeValue { Flag = true }, ["nan"] = new AttributeValue { Number = double.NaN }, ["none"] = new AttributeValue() },
            Price = new Money { CurrencyCode = "euro", AmountMicros = -1 },
            Availability = { new Availability { Countries = { "Brazil" }, StartTime = new Timestamp { Seconds = 2 }, EndTime = new Timestamp { Seconds = 1 } } },
            MaturityAge = 22,
            PublishTime = new Timestamp { Nanos = -1 },
            Duration = new Duration { Seconds = -1 },
            CoverUri = new string('u', 2_049),
        };
        item.Genres.AddRange(Enumerable.Range(0, 51).Select(i => $"g{i}"));
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Catalog.UpsertItemAsync(new UpsertItemRequest { Item = item, UpdateMask = FieldMask.FromString("title,etag") }),
            "update_mask.paths[1]", "item.kind", "item.parent_id", "item.ordinal", "item.title", "item.description", "item.localizations[0].locale",
            "item.localizations[1].locale", "item.genres[50]", "item.tags[1]", "item.languages[1]", "item.attributes", "item.attributes.nan",
            "item.attributes.none", "item.price.currency_code", "item.price.amount_micros", "item.availability[0].countries", "item.availability[0].end_time",
            "item.maturity_age", "item.publish_time", "item.duration", "item.cover_uri");
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await _clients.Catalog.GetItemAsync(new GetItemRequest { ItemId = id }));
    }

    [Fact]
    public async Task Batch_when_it_holds_a_bad_item_stores_the_good_ones()
    {
        var (good, better) = (Sample.Name("item"), Sample.Name("item"));
        var stale = Sample.Film(good);
        stale.Etag = "stale";
        var response = await _clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest
        {
            Items = { Sample.Film(good, "One"), Sample.Film(""), stale, Sample.Film(better) },
        });
        Assert.Equal([0, (int)StatusCode.InvalidArgument, (int)StatusCode.Aborted, 0], response.Statuses.Select(status => status.Code));
        RpcAssert.HasFields(response.Statuses[1], "items[1].item_id");
        Assert.Equal("One", (await _clients.Catalog.GetItemAsync(new GetItemRequest { ItemId = good })).Item.Title);
    }

    [Fact]
    public async Task Items_when_listed_come_in_pages_in_the_order_of_their_ids()
    {
        var ns = Sample.Name("ns");
        var child = Sample.Film("b");
        child.ParentId = "a";
        await _clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Namespace = ns, Items = { Sample.Film("c"), child, Sample.Film("a") } });
        var first = await _clients.Catalog.ListItemsAsync(new ListItemsRequest { Namespace = ns, PageSize = 2 });
        Assert.Equal(["a", "b"], first.Items.Select(item => item.ItemId));
        var second = await _clients.Catalog.ListItemsAsync(new ListItemsRequest { Namespace = ns, PageSize = 2, PageToken = first.NextPageToken });
        Assert.Equal(["c"], second.Items.Select(item => item.ItemId));
        Assert.Empty(second.NextPageToken);
        var children = await _clients.Catalog.ListItemsAsync(new ListItemsRequest { Namespace = ns, ParentId = "a" });
        Assert.Equal(["b"], children.Items.Select(item => item.ItemId));
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Catalog.ListItemsAsync(new ListItemsRequest { Namespace = ns, ParentId = "a", PageToken = first.NextPageToken, PageSize = -1 }),
            "page_token", "page_size");
    }

    [Fact]
    public async Task Import_when_it_ends_counts_and_names_refusals()
    {
        var ns = Sample.Name("ns");
        using var call = _clients.Catalog.ImportItems();
        await call.RequestStream.WriteAsync(new ImportItemsRequest { Namespace = ns, Items = { Sample.Film("a"), Sample.Film("") } });
        await call.RequestStream.WriteAsync(new ImportItemsRequest { Namespace = "Bad", Items = { Sample.Film("b") } });
        await call.RequestStream.WriteAsync(new ImportItemsRequest { Namespace = ns, Items = { Sample.Film("c") } });
        await call.RequestStream.CompleteAsync();
        var response = await call;
        Assert.Equal(2, response.StoredCount);
        Assert.Equal(2, response.RefusedCount);
        Assert.Equal([1L, 2L], response.Errors.Select(error => error.Index));
        RpcAssert.HasFields(response.Errors[0].Status, "items[1].item_id");
        RpcAssert.HasFields(response.Errors[1].Status, "namespace");
        Assert.Equal(2, (await _clients.Catalog.ListItemsAsync(new ListItemsRequest { Namespace = ns })).Items.Count);
    }
}
