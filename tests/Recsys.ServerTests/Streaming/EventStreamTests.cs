using Google.Protobuf;
using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.Storage;
using Recsys.V1;

namespace Recsys.ServerTests.Streaming;

public sealed class EventStreamTests
{
    [Fact]
    public async Task Ack_when_it_arrives_finds_its_event_stored()
    {
        await using var server = await RunningServer.StartAsync();
        using var call = server.Clients.Events.StreamEvents(cancellationToken: Eventually.Soon(120));
        var sending = Task.Run(async () =>
        {
            for (var i = 1; i <= 2_000; i++)
            {
                var message = new StreamEventsRequest { Events = { Sample.Sequenced((ulong)i, Sample.Play($"u{i % 7}", $"i{i % 11}", $"e{i}")) } };
                await call.RequestStream.WriteAsync(message);
            }

            await call.RequestStream.CompleteAsync();
        });

        var next = 1UL;
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            foreach (var ack in response.Acks) Assert.Equal(next++, ack.SequenceNumber);

            // Asked for at the moment of the ack: the newest event of its user is already in the log.
            var number = response.Acks[^1].SequenceNumber;
            var log = await server.Host.Store.ReadUserLogAsync(
                new("default", $"u{number % 7}"), LogStream.Events, long.MaxValue, 1_000, newestFirst: true, CancellationToken.None);
            Assert.Contains($"e{number}", log.Select(entry => entry.EventId));
        }

        await sending;
        Assert.Equal(2_001UL, next);
        for (var user = 0; user < 7; user++)
        {
            var log = await server.Host.Store.ReadUserLogAsync(new("default", $"u{user}"), LogStream.Events, 0, 1_000, newestFirst: false, CancellationToken.None);
            var sent = Enumerable.Range(1, 2_000).Where(i => i % 7 == user).Select(i => $"e{i}");
            Assert.Equal(sent, log.Select(entry => entry.EventId)); // in the user's own order, each once
        }
    }

    [Fact]
    public async Task Ids_that_are_not_utf8_when_streamed_are_refused_at_their_field_and_the_stream_goes_on()
    {
        await using var server = await RunningServer.StartAsync();
        using var call = RawCalls.Duplex(server.Clients.Invoker, "EventService", "StreamEvents", Eventually.Soon());
        var message = new StreamEventsRequest
        {
            Events = { Sample.Sequenced(1, Sample.Play("good", "a")), Sample.Sequenced(2, Sample.Play("QQQQ", "a")), Sample.Sequenced(3, Sample.Play("good", "b")) },
        };
        await call.RequestStream.WriteAsync(Spoil(message.ToByteArray()));
        await call.RequestStream.WriteAsync(new StreamEventsRequest { Events = { Sample.Sequenced(4, Sample.Play("good", "c")) } }.ToByteArray());
        await call.RequestStream.CompleteAsync();
        var acks = new List<EventAck>();
        await foreach (var response in call.ResponseStream.ReadAllAsync()) acks.AddRange(StreamEventsResponse.Parser.ParseFrom(response).Acks);
        Assert.Equal([1UL, 2, 3, 4], acks.Select(ack => ack.SequenceNumber));
        RpcAssert.HasFields(acks[1].Error, "events[1].event.user_id");
        var stored = await server.Host.Store.ReadUserLogAsync(new("default", "good"), LogStream.Events, 0, 10, newestFirst: false, CancellationToken.None);
        Assert.Equal(3, stored.Count);
        Assert.Equal(["good"], await server.Host.Store.ListUsersAsync("default", null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Ids_that_are_not_utf8_when_written_are_refused_at_their_field()
    {
        await using var server = await RunningServer.StartAsync();
        var request = Sample.Write(Sample.Play("good", "a"), Sample.Play("u", "QQQQ")).ToByteArray();
        var acks = WriteEventsResponse.Parser.ParseFrom(await RawCalls.UnaryAsync(server.Clients.Invoker, "EventService", "WriteEvents", Spoil(request))).Acks;
        Assert.Equal(EventAck.ResultOneofCase.Accepted, acks[0].ResultCase);
        RpcAssert.HasFields(acks[1].Error, "events[1].item_id");
    }

    [Fact]
    public async Task Message_that_is_no_protobuf_when_sent_is_an_invalid_argument()
    {
        await using var server = await RunningServer.StartAsync();
        await RpcAssert.FailsWithReasonAsync(
            StatusCode.InvalidArgument, "MALFORMED_MESSAGE", () => RawCalls.UnaryAsync(server.Clients.Invoker, "EventService", "WriteEvents", [0xFF, 0xFF, 0x01]));
        using var call = RawCalls.Duplex(server.Clients.Invoker, "RecommendationService", "StreamRecommendations", Eventually.Soon());
        await call.RequestStream.WriteAsync([0x0A, 0x7F]);
        await RpcAssert.FailsWithReasonAsync(StatusCode.InvalidArgument, "MALFORMED_MESSAGE", () => call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Message_of_5_megabytes_when_sent_is_refused_with_the_limit()
    {
        await using var server = await RunningServer.StartAsync();
        var big = Sample.Write(Sample.Play("u", "a"));
        big.Events[0].CustomName = new string('x', 5 * 1024 * 1024);
        var status = await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, async () => await server.Clients.Events.WriteEventsAsync(big));
        Assert.Contains("exceeds", status.Message, StringComparison.Ordinal);
        await server.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("u", "a")));
    }

    [Fact]
    public async Task Message_that_unpacks_to_far_more_than_its_bytes_when_sent_is_refused_unparsed()
    {
        await using var server = await RunningServer.StartAsync();
        var invoker = server.Clients.Invoker;
        foreach (var (service, method, tag) in ((string, string, byte)[])[("EventService", "WriteEvents", 0x12), ("CatalogService", "BatchUpsertItems", 0x12)])
        {
            var hollow = Enumerable.Range(0, 4_000_000).Select(i => i % 2 == 0 ? tag : (byte)0).ToArray();
            await RpcAssert.FailsWithReasonAsync(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", () => RawCalls.UnaryAsync(invoker, service, method, hollow));
        }

        await server.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("u", "a")));
    }

    /// <summary>Puts bytes that aren't UTF-8 in the place of QQQQ.</summary>
    private static byte[] Spoil(byte[] message)
    {
        var at = message.AsSpan().IndexOf("QQQQ"u8);
        ((ReadOnlySpan<byte>)[0xC3, 0x28, 0xFF, 0xFE]).CopyTo(message.AsSpan(at));
        return message;
    }
}
