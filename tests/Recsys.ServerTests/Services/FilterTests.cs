using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

public sealed class FilterTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly Clients _clients = shared.Server.Clients;

    [Fact]
    public async Task Lists_when_filtered_hold_only_what_passes()
    {
        var ns = Sample.Name("ns");
        await _clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Namespace = ns, Items = { Full(), Sample.Film("a"), Sample.Film("b") } });
        await _clients.Events.WriteEventsAsync(new WriteEventsRequest { Namespace = ns, Events = { Sample.Play("u", "a"), Sample.Play("u", "full") } });
        const string Filter = "price < 5 AND attributes.modes = 'TEAM' AND available_in(context.country) AND attributes.online = TRUE";
        var context = new RequestContext { Country = "BR" };
        var list = (await _clients.Lists.RecommendAsync(new RecommendRequest { Namespace = ns, Filter = Filter, Context = context })).List;
        Assert.Equal(["full"], list.Items.Select(item => item.ItemId));
        var others = (await _clients.Lists.RecommendAsync(new RecommendRequest { Namespace = ns, Filter = $"NOT ({Filter})", Context = context })).List;
        Assert.Equal(["a", "b"], others.Items.Select(item => item.ItemId).Order());
        var trending = await _clients.Lists.ListTrendingItemsAsync(new ListTrendingItemsRequest { Namespace = ns, Filter = "kind = 'film'" });
        Assert.Equal(["a"], trending.Items.Select(item => item.ItemId));
        var similar = await _clients.Lists.ListSimilarItemsAsync(new ListSimilarItemsRequest { Namespace = ns, ItemId = "full", Filter = "kind = 'film'" });
        Assert.Empty(similar.Items);
    }

    [Fact]
    public async Task Filter_that_is_wrong_when_sent_is_a_violation_that_names_the_character()
    {
        const string Wrong = "kind = 'film' AND genre = 'drama'";
        var status = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, async () => await _clients.Lists.RecommendAsync(new RecommendRequest { Filter = Wrong, PageSize = -1 }));
        RpcAssert.HasFields(status, "filter", "page_size");
        var violation = status.GetDetail<Google.Rpc.BadRequest>().FieldViolations.Single(violation => violation.Field == "filter");
        Assert.Equal("at character 19: unknown field 'genre': did you mean 'genres'?", violation.Description);
        await RpcAssert.FailsAtAsync(async () => await _clients.Lists.ListSimilarItemsAsync(new ListSimilarItemsRequest { ItemId = "a", Filter = Wrong }), "filter");
        await RpcAssert.FailsAtAsync(async () => await _clients.Lists.ListTrendingItemsAsync(new ListTrendingItemsRequest { Filter = Wrong }), "filter");
        using var watch = _clients.Lists.WatchRecommendations(new WatchRecommendationsRequest { List = new RecommendRequest { UserIds = { "u" }, Filter = Wrong } });
        await RpcAssert.FailsAtAsync(() => watch.ResponseStream.MoveNext(), "list.filter");
    }

    [Fact]
    public async Task Hostile_filters_when_sent_are_violations_too()
    {
        string[] hostile =
        [
            new('(', 1_000_000), new string('(', 1_000) + "HAS(tags)" + new string(')', 1_000),
            $"ordinal IN ({string.Join(',', Enumerable.Range(0, 100_000))})", "\0", "tags = '\u0007",
        ];
        foreach (var filter in hostile)
            await RpcAssert.FailsAtAsync(async () => await _clients.Lists.RecommendAsync(new RecommendRequest { Filter = filter }), "filter");
    }

    [Fact]
    public async Task Subscription_with_a_wrong_filter_when_sent_is_refused_and_the_stream_goes_on()
    {
        var ns = Sample.Name("ns");
        await _clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Namespace = ns, Items = { Sample.Film("a"), Full() } });
        await using var stream = new Duplex(_clients);
        await stream.SendAsync(new StreamRecommendationsRequest
        {
            Namespace = ns,
            Subscriptions =
            {
                new RecommendRequest { UserIds = { "bad" }, Placement = "p", Filter = "tags = " },
                new RecommendRequest { UserIds = { "good" }, Filter = "HAS(tags)", Context = new RequestContext { Country = "PT" } },
            },
        });
        await stream.FinishAsync();
        var error = Assert.Single(stream.Errors);
        Assert.Equal(("bad", "p"), (error.UserId, error.Placement));
        RpcAssert.HasFields(error.Status, "subscriptions[0].filter");
        Assert.Equal(["full"], stream.Lists.Single().Items.Select(item => item.ItemId));
    }

    [Fact]
    public async Task Filters_of_subscriptions_when_they_are_long_count_towards_what_a_stream_may_hold()
    {
        await using var server = await RunningServer.StartAsync(streams: new() { MaxSubscriptionItemIds = 3 });
        await using var stream = new Duplex(server.Clients);
        await stream.SubscribeAsync(new RecommendRequest { UserIds = { "a" }, Filter = "HAS(tags)" + new string(' ', 88) });
        await stream.SubscribeAsync(new RecommendRequest { UserIds = { "b" }, Filter = "HAS(tags)" + new string(' ', 87) });
        await stream.FinishAsync();
        var error = Assert.Single(stream.Errors);
        Assert.Equal("a", error.UserId);
        RpcAssert.HasReason("TOO_MANY_SUBSCRIPTIONS", error.Status);
    }

    private static Item Full()
    {
        var item = Sample.FullItem("full");
        item.Hidden = false;
        return item;
    }
}
