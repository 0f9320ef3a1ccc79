using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

public sealed class RecommendationServiceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly Clients _clients = shared.Server.Clients;

    [Fact]
    public async Task List_of_an_unknown_user_when_asked_for_holds_what_others_play()
    {
        var ns = await FillAsync(5);
        var list = (await _clients.Lists.RecommendAsync(new RecommendRequest { Namespace = ns, UserIds = { "nobody" }, Placement = "home" })).List;
        Assert.NotEmpty(list.RecommendationId);
        Assert.Equal("home", list.Placement);
        Assert.Equal(["nobody"], list.UserIds);
        Assert.Equal(Enumerable.Range(0, list.Items.Count), list.Items.Select(item => item.Position));
        Assert.Contains("Film i0", list.Items.Select(item => item.Title));
        Assert.False(list.Personalized);
        Assert.False(list.Degraded);
    }

    [Fact]
    public async Task Pages_of_a_list_when_put_together_are_the_list_without_repeats()
    {
        var ns = await FillAsync(12);
        var request = new RecommendRequest { Namespace = ns, UserIds = { "nobody" }, PageSize = 5 };
        var items = new List<string>();
        var ids = new HashSet<string>();
        do
        {
            var list = (await _clients.Lists.RecommendAsync(request)).List;
            items.AddRange(list.Items.Select(item => item.ItemId));
            ids.Add(list.RecommendationId);
            request.PageToken = list.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(12, items.Count);
        Assert.Equal(12, items.Distinct().Count());
        Assert.Single(ids);
    }

    [Fact]
    public async Task Seen_items_when_excluded_are_left_out_and_compete_when_allowed()
    {
        var ns = await FillAsync(5);
        await _clients.Events.WriteEventsAsync(new WriteEventsRequest { Namespace = ns, Events = { Sample.Play("u", "i1") } });
        var request = new RecommendRequest { Namespace = ns, UserIds = { "u" } };
        Assert.DoesNotContain("i1", (await _clients.Lists.RecommendAsync(request)).List.Items.Select(item => item.ItemId));
        request.SeenPolicy = SeenPolicy.Allow;
        Assert.Contains("i1", (await _clients.Lists.RecommendAsync(request)).List.Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task Filters_when_given_hold()
    {
        var ns = await FillAsync(6);
        var request = new RecommendRequest { Namespace = ns, IncludeItemIds = { "i1", "i2", "i3" }, ExcludeItemIds = { "i2" } };
        var items = (await _clients.Lists.RecommendAsync(request)).List.Items.Select(item => item.ItemId);
        Assert.Equal(["i1", "i3"], items.Order());
    }

    [Fact]
    public async Task Bad_request_for_a_list_when_sent_names_every_field() =>
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Lists.RecommendAsync(new RecommendRequest
            {
                Namespace = "Bad",
                UserIds = { "a", "", "a" },
                Placement = new string('p', 129),
                PageSize = 501,
                SeenPolicy = (SeenPolicy)9,
                IncludeItemIds = { "x", "\u0001" },
                ItemKinds = { (ItemKind)77, ItemKind.Unspecified },
                MaturityCeiling = 22,
                Context = new RequestContext { Country = "br", Locale = "!", UtcOffset = new() { Seconds = 99_999 } },
                RequestTime = new() { Seconds = 10 },
            }),
            "namespace", "user_ids[1]", "user_ids[2]", "placement", "page_size", "seen_policy", "include_item_ids[1]", "item_kinds[0]", "item_kinds[1]",
            "maturity_ceiling", "context.country", "context.locale", "context.utc_offset", "request_time");

    [Fact]
    public async Task Forged_page_token_when_sent_is_refused_at_its_field() =>
        await RpcAssert.FailsAtAsync(async () => await _clients.Lists.RecommendAsync(new RecommendRequest { PageToken = "forged" }), "page_token");

    [Theory]
    [InlineData(Recsys.Serving.Lists.ListRequest.MaxPageTokenBytes, "PAGE_TOKEN_INVALID")]
    [InlineData(Recsys.Serving.Lists.ListRequest.MaxPageTokenBytes + 1, "INVALID_REQUEST")]
    public async Task Page_token_when_it_is_as_long_as_the_server_can_make_them_is_read_also_from_an_address(int length, string reason)
    {
        var token = new string('A', length);
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _clients.Lists.RecommendAsync(new RecommendRequest { PageToken = token }));
        Assert.Equal((StatusCode.InvalidArgument, reason), (error.StatusCode, error.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason));
        using var response = await shared.Server.Rest.GetAsync($"/v1/recommendations?page_token={token}");
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(reason, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Similar_items_when_no_model_is_live_are_by_genres_and_tags()
    {
        var ns = Sample.Name("ns");
        await UpsertAsync(ns, Tagged("a", "space"), Tagged("b", "space"), Tagged("c", "farm"));
        var response = await _clients.Lists.ListSimilarItemsAsync(new ListSimilarItemsRequest { Namespace = ns, ItemId = "a" });
        Assert.Equal("b", response.Items[0].ItemId);
        Assert.Empty(response.ModelVersion);
        await RpcAssert.FailsAsync(
            StatusCode.NotFound, async () => await _clients.Lists.ListSimilarItemsAsync(new ListSimilarItemsRequest { Namespace = ns, ItemId = "none" }));
    }

    [Fact]
    public async Task Trending_items_when_listed_are_those_played_most()
    {
        var ns = await FillAsync(3);
        await _clients.Events.WriteEventsAsync(new WriteEventsRequest
        {
            Namespace = ns,
            Events = { Sample.Play("u1", "i2"), Sample.Play("u2", "i2"), Sample.Play("u3", "i1") },
        });
        var response = await _clients.Lists.ListTrendingItemsAsync(new ListTrendingItemsRequest { Namespace = ns, PageSize = 1 });
        Assert.Equal("i2", response.Items.Single().ItemId);
        Assert.NotEmpty(response.NextPageToken);
    }

    [Fact]
    public async Task Watch_when_the_user_plays_sends_a_fresh_list()
    {
        var ns = await FillAsync(4);
        using var call = _clients.Lists.WatchRecommendations(
            new WatchRecommendationsRequest { Namespace = ns, List = new RecommendRequest { UserIds = { "w" } } }, cancellationToken: Eventually.Soon());
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Contains("i1", call.ResponseStream.Current.List.Items.Select(item => item.ItemId));
        await _clients.Events.WriteEventsAsync(new WriteEventsRequest { Namespace = ns, Events = { Sample.Play("w", "i1") } });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.DoesNotContain("i1", call.ResponseStream.Current.List.Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task Watch_when_its_list_is_bad_names_the_field()
    {
        using var call = _clients.Lists.WatchRecommendations(new WatchRecommendationsRequest { List = new RecommendRequest { PageToken = "x", PageSize = -1 } });
        await RpcAssert.FailsAtAsync(() => call.ResponseStream.MoveNext(), "list.user_ids", "list.page_token", "list.page_size");
    }

    private static Item Tagged(string id, string tag)
    {
        var item = Sample.Film(id);
        item.Tags.Add(tag);
        return item;
    }

    /// <summary>A new namespace with films i0, i1, ...</summary>
    private async Task<string> FillAsync(int count)
    {
        var ns = Sample.Name("ns");
        await UpsertAsync(ns, [.. Enumerable.Range(0, count).Select(i => Sample.Film($"i{i}"))]);
        return ns;
    }

    private async Task UpsertAsync(string ns, params Item[] items)
    {
        var response = await _clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Namespace = ns, Items = { items } });
        Assert.All(response.Statuses, status => Assert.Equal(0, status.Code));
    }
}
