using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

public sealed class EventServiceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly Clients _clients = shared.Server.Clients;

    [Fact]
    public async Task Events_when_written_are_acked_in_order_as_synced()
    {
        var user = Sample.Name("user");
        var response = await _clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(user, "a", "1"), Sample.Play(user, "b", "2")));
        Assert.Equal([0UL, 1UL], response.Acks.Select(ack => ack.SequenceNumber));
        Assert.All(response.Acks, ack => Assert.Equal(Durability.Fsync, ack.Accepted.Durability));
    }

    [Fact]
    public async Task Event_when_written_again_is_a_duplicate()
    {
        var user = Sample.Name("user");
        await _clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(user, "a", "1")));
        var response = await _clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(user, "a", "1")));
        Assert.Equal(EventAck.ResultOneofCase.Duplicate, response.Acks.Single().ResultCase);
        Assert.Single((await _clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = user })).Events);
    }

    [Fact]
    public async Task Event_with_every_field_when_read_back_is_the_same()
    {
        var user = Sample.Name("user");
        var sent = new Event
        {
            EventId = "e1",
            UserId = user,
            Type = EventType.Rating,
            ItemId = "a",
            SessionId = "s",
            EventTime = new Timestamp { Seconds = 1_700_000_000, Nanos = 123_000_000 },
            Position = new Duration { Seconds = 90, Nanos = 500_000_000 },
            Duration = new Duration { Seconds = 120 },
            Rating = 3.7,
            RatingMax = 10,
            Price = new Money { CurrencyCode = "EUR", AmountMicros = 4_990_000 },
            CustomName = "own",
            RecommendationId = "list",
            ListPosition = 7,
            Placement = "home",
            Context = new RequestContext
            {
                UtcOffset = new Duration { Seconds = -3 * 3_600 },
                Device = "tv",
                Locale = "pt-BR",
                Country = "BR",
                Attributes = { ["build"] = "12" },
            },
        };
        await _clients.Events.WriteEventsAsync(Sample.Write(sent));
        var stored = (await _clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = user })).Events.Single();
        Assert.Equal(sent, stored.Event);
        Assert.True(stored.CommitSequence > 0);
        Assert.False(stored.Undone);
    }

    [Fact]
    public async Task Event_without_time_when_stored_has_the_time_of_receipt()
    {
        var user = Sample.Name("user");
        await _clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(user, "a")));
        var stored = (await _clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = user })).Events.Single();
        Assert.True(Math.Abs((stored.Event.EventTime.ToDateTimeOffset() - stored.ReceiveTime.ToDateTimeOffset()).TotalSeconds) < 5);
    }

    [Fact]
    public async Task Bad_event_when_among_good_ones_is_refused_alone()
    {
        var user = Sample.Name("user");
        var response = await _clients.Events.WriteEventsAsync(Sample.Write(
            Sample.Play(user, "a"), Sample.Play("", "b"), Sample.Play(user, "c"), new Event { UserId = user }));
        Assert.Equal(EventAck.ResultOneofCase.Accepted, response.Acks[0].ResultCase);
        RpcAssert.HasFields(response.Acks[1].Error, "events[1].user_id");
        Assert.Equal(EventAck.ResultOneofCase.Accepted, response.Acks[2].ResultCase);
        RpcAssert.HasFields(response.Acks[3].Error, "events[3].type", "events[3].item_id");
        var stored = await _clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = user });
        Assert.Equal(["c", "a"], stored.Events.Select(entry => entry.Event.ItemId));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_001)]
    public async Task Batch_when_empty_or_too_long_is_refused_as_a_whole(int count)
    {
        var user = Sample.Name("user");
        var request = Sample.Write([.. Enumerable.Range(0, count).Select(i => Sample.Play(user, $"i{i}"))]);
        await RpcAssert.FailsAtAsync(async () => await _clients.Events.WriteEventsAsync(request), "events");
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await _clients.Users.GetUserAsync(new GetUserRequest { UserId = user }));
    }

    [Fact]
    public async Task Largest_batch_when_written_is_taken()
    {
        var user = Sample.Name("user");
        var request = Sample.Write([.. Enumerable.Range(0, 1_000).Select(i => Sample.Play(user, $"i{i}", $"e{i}"))]);
        var response = await _clients.Events.WriteEventsAsync(request);
        Assert.Equal(1_000, response.Acks.Count(ack => ack.ResultCase == EventAck.ResultOneofCase.Accepted));
    }

    [Fact]
    public async Task Events_when_undone_say_what_became_of_each()
    {
        var user = Sample.Name("user");
        await _clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(user, "a", "1"), Sample.Play(user, "b", "2")));
        var request = new UndoEventsRequest { UserId = user, EventIds = { "2", "9" } };
        Assert.Equal([UndoResult.Undone, UndoResult.NotFound], (await _clients.Events.UndoEventsAsync(request)).Results);
        Assert.Equal([UndoResult.AlreadyUndone, UndoResult.NotFound], (await _clients.Events.UndoEventsAsync(request)).Results);
        var stored = await _clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = user });
        Assert.Equal([true, false], stored.Events.Select(entry => entry.Undone));
    }

    [Fact]
    public async Task Undo_when_its_request_is_bad_names_every_field() =>
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Events.UndoEventsAsync(new UndoEventsRequest { Namespace = "Bad!", EventIds = { "" } }),
            "namespace", "user_id", "event_ids[0]");

    [Fact]
    public async Task Namespaces_when_written_to_are_apart()
    {
        var user = Sample.Name("user");
        await _clients.Events.WriteEventsAsync(new WriteEventsRequest { Namespace = "other", Events = { Sample.Play(user, "a") } });
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await _clients.Users.GetUserAsync(new GetUserRequest { UserId = user }));
        Assert.Equal(1, (await _clients.Users.GetUserAsync(new GetUserRequest { Namespace = "other", UserId = user })).State.InteractionCount);
    }
}
