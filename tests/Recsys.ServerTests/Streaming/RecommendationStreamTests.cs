using Grpc.Core;
using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Streaming;

public sealed class RecommendationStreamTests
{
    [Fact]
    public async Task Event_when_sent_is_followed_by_its_ack_and_the_users_fresh_list()
    {
        await using var server = await RunningServer.StartAsync();
        await FillAsync(server, 5);
        await using var stream = new Duplex(server.Clients);
        await stream.SubscribeAsync(Sample.List("u"));
        await stream.ListsAsync(1);
        Assert.Contains("i1", stream.Lists[0].Items.Select(item => item.ItemId));
        await stream.SendAsync(Sample.Sequenced(7, Sample.Play("u", "i1", "e1")));
        await stream.AcksAsync(1);
        await stream.ListsAsync(2);
        Assert.Equal(7UL, stream.Acks[0].SequenceNumber);
        Assert.Equal(Durability.Fsync, stream.Acks[0].Accepted.Durability);
        Assert.DoesNotContain("i1", stream.Lists[1].Items.Select(item => item.ItemId));
        Assert.True(stream.Lists[1].StateRevision > stream.Lists[0].StateRevision);
        await stream.FinishAsync();
    }

    [Fact]
    public async Task Many_users_when_on_one_stream_get_every_ack_in_order_and_their_own_lists()
    {
        await using var server = await RunningServer.StartAsync();
        await FillAsync(server, 3);
        await using var stream = new Duplex(server.Clients);
        const int Users = 50, Rounds = 40;
        for (var u = 0; u < Users; u += 2) await stream.SubscribeAsync(Sample.List($"u{u}"));
        var number = 0UL;
        for (var round = 0; round < Rounds; round++)
        {
            var message = new StreamRecommendationsRequest();
            for (var u = 0; u < Users; u++) message.Events.Add(Sample.Sequenced(++number, Sample.Play($"u{u}", $"i{round % 3}", $"{round}")));
            await stream.SendAsync(message);
        }

        await stream.FinishAsync();
        Assert.Equal(Enumerable.Range(1, Users * Rounds).Select(i => (ulong)i), stream.Acks.Select(ack => ack.SequenceNumber));
        Assert.All(stream.Acks, ack => Assert.Equal(EventAck.ResultOneofCase.Accepted, ack.ResultCase));
        var last = stream.Lists.GroupBy(list => list.UserIds.Single()).ToDictionary(group => group.Key, group => group.Last());
        Assert.Equal(Users / 2, last.Count);
        foreach (var (user, list) in last)
        {
            // The final list follows from the user's last commit.
            var stored = await server.Host.Store.LoadAsync([new(new("default", user), [])], 0, CancellationToken.None);
            Assert.Equal(stored[0].Revision, list.StateRevision);
        }
    }

    [Fact]
    public async Task Bad_events_and_subscriptions_when_sent_are_answered_in_place_and_the_stream_goes_on()
    {
        await using var server = await RunningServer.StartAsync();
        await using var stream = new Duplex(server.Clients);
        await stream.SendAsync(
            Sample.Sequenced(1, Sample.Play("u", "a")),
            Sample.Sequenced(2, Sample.Play("u", new string('x', 129))),
            new SequencedEvent { SequenceNumber = 3 },
            Sample.Sequenced(4, Sample.Play("u", "b")));
        await stream.SendAsync(new StreamRecommendationsRequest
        {
            Namespace = "Bad",
            Events = { Sample.Sequenced(5, Sample.Play("u", "c")) },
            Subscriptions = { Sample.List("u") },
        });
        await stream.SendAsync(new StreamRecommendationsRequest
        {
            Subscriptions =
            {
                new RecommendRequest { Placement = "two", UserIds = { "a", "b" }, PageToken = "x" },
                new RecommendRequest { Namespace = "other", UserIds = { "c" } },
                Sample.List("fine"),
            },
        });
        await stream.FinishAsync();
        Assert.Equal([1UL, 2, 3, 4, 5], stream.Acks.Select(ack => ack.SequenceNumber));
        RpcAssert.HasFields(stream.Acks[1].Error, "events[1].event.item_id");
        RpcAssert.HasFields(stream.Acks[2].Error, "events[2].event");
        Assert.Equal(EventAck.ResultOneofCase.Accepted, stream.Acks[3].ResultCase);
        RpcAssert.HasFields(stream.Acks[4].Error, "namespace");
        Assert.Equal(["u", "a", "c"], stream.Errors.Select(error => error.UserId));
        RpcAssert.HasFields(stream.Errors[0].Status, "namespace");
        Assert.Equal("two", stream.Errors[1].Placement);
        RpcAssert.HasFields(stream.Errors[1].Status, "subscriptions[0].user_ids", "subscriptions[0].page_token");
        RpcAssert.HasFields(stream.Errors[2].Status, "subscriptions[1].namespace");
        Assert.Equal("fine", stream.Lists.Single().UserIds.Single());
    }

    [Fact]
    public async Task Batch_of_1001_events_when_sent_is_refused_as_a_whole_and_the_stream_goes_on()
    {
        await using var server = await RunningServer.StartAsync();
        await using var stream = new Duplex(server.Clients);
        var message = new StreamRecommendationsRequest();
        for (var i = 1; i <= 1_001; i++) message.Events.Add(Sample.Sequenced((ulong)i, Sample.Play("big", "a")));
        await stream.SendAsync(message);
        await stream.SendAsync(Sample.Sequenced(2_000, Sample.Play("small", "a")));
        await stream.FinishAsync();
        Assert.Equal(1_002, stream.Acks.Count);
        Assert.All(stream.Acks.SkipLast(1), ack => RpcAssert.HasFields(ack.Error, "events"));
        Assert.Equal(EventAck.ResultOneofCase.Accepted, stream.Acks[^1].ResultCase);
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await server.Clients.Users.GetUserAsync(new GetUserRequest { UserId = "big" }));
    }

    [Fact]
    public async Task Subscription_when_repeated_is_replaced_and_when_ended_is_silent()
    {
        await using var server = await RunningServer.StartAsync();
        await FillAsync(server, 5);
        await using var stream = new Duplex(server.Clients);
        await stream.SubscribeAsync(Sample.List("u", 1));
        await stream.ListsAsync(1);
        await stream.SubscribeAsync(Sample.List("u", 2));
        await stream.ListsAsync(2);
        Assert.Equal(2, stream.Lists[1].Items.Count);
        Assert.Equal(1, server.Metrics.Subscriptions);

        await stream.SubscribeAsync(new RecommendRequest { UserIds = { "u" }, Placement = "other" });
        await stream.ListsAsync(3);
        Assert.Equal(2, server.Metrics.Subscriptions);

        await stream.SendAsync(new StreamRecommendationsRequest { UnsubscribeUserIds = { "u" } });
        await stream.SendAsync(Sample.Sequenced(1, Sample.Play("u", "i1")));
        await stream.AcksAsync(1);
        Assert.Equal(0, server.Metrics.Subscriptions);
        await stream.FinishAsync();
        Assert.Equal(3, stream.Lists.Count);
    }

    [Fact]
    public async Task Subscriptions_when_there_are_too_many_are_refused_one_by_one()
    {
        await using var server = await RunningServer.StartAsync(streams: new StreamOptions { MaxSubscriptions = 2, MaxSubscriptionItemIds = 3 });
        await using var stream = new Duplex(server.Clients);
        await stream.SubscribeAsync(new RecommendRequest { UserIds = { "a" }, ExcludeItemIds = { "1", "2", "3", "4" } });
        foreach (var user in (string[])["b", "c", "d", "c"]) await stream.SubscribeAsync(Sample.List(user));
        await stream.FinishAsync();
        Assert.Equal(["a", "d"], stream.Errors.Select(error => error.UserId));
        Assert.All(stream.Errors, error => RpcAssert.HasReason("TOO_MANY_SUBSCRIPTIONS", error.Status));
    }

    [Fact]
    public async Task Streams_when_cancelled_or_closed_leave_nothing_behind()
    {
        await using var server = await RunningServer.StartAsync();
        await using (var closed = new Duplex(server.Clients))
        {
            await closed.SubscribeAsync(Sample.List("a"));
            await closed.ListsAsync(1);
            Assert.Equal(1, server.Metrics.OpenStreams);
            Assert.Equal(1, server.Metrics.Subscriptions);
            await closed.FinishAsync();
        }

        await using var cancelled = new Duplex(server.Clients);
        await cancelled.SubscribeAsync(Sample.List("b"));
        await cancelled.ListsAsync(1);
        await cancelled.SendAsync([.. Enumerable.Range(0, 1_000).Select(i => Sample.Sequenced((ulong)i, Sample.Play($"u{i}", "a")))]);
        cancelled.Cancel();

        using var watch = server.Clients.Lists.WatchRecommendations(new WatchRecommendationsRequest { List = Sample.List("c") });
        Assert.True(await watch.ResponseStream.MoveNext(Eventually.Soon()));
        watch.Dispose();

        await Eventually.HoldsAsync(
            () => server.Metrics is { OpenStreams: 0, Subscriptions: 0, UnsentAcks: 0 }, "streams, subscriptions and acks are freed");
    }

    [Fact]
    public async Task Engine_when_overloaded_is_answered_with_a_retry_delay()
    {
        await using var server = await RunningServer.StartAsync(engine: new() { ModelFolder = "", MaxPendingEvents = 1_000 });
        await using var stream = new Duplex(server.Clients);
        for (var round = 0; round < 100; round++)
            await stream.SendAsync([.. Enumerable.Range(0, 1_000).Select(i => Sample.Sequenced((ulong)i, Sample.Play($"u{i}", "a")))]);
        await stream.FinishAsync();
        Assert.Equal(100_000, stream.Acks.Count);
        var refused = stream.Acks.Where(ack => ack.ResultCase == EventAck.ResultOneofCase.Error).ToArray();
        Assert.NotEmpty(refused);
        Assert.All(refused, ack =>
        {
            Assert.Equal((int)StatusCode.ResourceExhausted, ack.Error.Code);
            RpcAssert.HasReason("OVERLOADED", ack.Error);
            Assert.NotNull(ack.Error.GetDetail<Google.Rpc.RetryInfo>());
        });
    }

    [Fact]
    public async Task Server_when_it_stops_answers_what_it_read_and_says_so()
    {
        var server = await RunningServer.StartAsync();
        await using var stream = new Duplex(server.Clients);
        await stream.SendAsync([.. Enumerable.Range(1, 500).Select(i => Sample.Sequenced((ulong)i, Sample.Play($"u{i}", "a")))]);
        await stream.AcksAsync(1);
        await server.Host.DisposeAsync();
        await RpcAssert.FailsWithReasonAsync(StatusCode.Unavailable, "SERVER_STOPPING", stream.EndAsync);
        Assert.Equal(500, stream.Acks.Count);
        await server.DisposeAsync();
    }

    private static async Task FillAsync(RunningServer server, int count) =>
        await server.Clients.Catalog.BatchUpsertItemsAsync(
            new BatchUpsertItemsRequest { Items = { Enumerable.Range(0, count).Select(i => Sample.Film($"i{i}")) } });
}
