using Google.Protobuf;
using Recsys.ServerTests.Running;
using Recsys.V1;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Streaming;

[Collection(AloneCollection.Name)]
public sealed class FlowControlTests(ITestOutputHelper output)
{
    private const int MaxEvents = 100_000;
    private const long MaxBytes = 32 * 1024 * 1024;

    /// <summary>How long a write may hang before the client counts as blocked; the server settles what it has read far sooner.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1_000)]
    public async Task Client_that_never_reads_when_it_keeps_sending_is_blocked_and_costs_little(int eventsPerMessage)
    {
        await using var server = await RunningServer.StartAsync();
        await WarmUpAsync(server);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using (var call = RawCalls.Duplex(server.Clients.Invoker, "RecommendationService", "StreamRecommendations", Eventually.Soon(180)))
        {
            var sent = await SendUntilBlockedAsync(call, eventsPerMessage);
            Assert.True(sent < MaxEvents, $"{sent} events were taken without being blocked");

            // Client and server share this process: what the client buffers counts too.
            var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
            output.WriteLine($"{eventsPerMessage} events a message: blocked after {sent} events, {grown / 1024:N0} KiB more live memory, {server.Metrics.UnsentAcks} unsent acks");
            Assert.InRange(grown, long.MinValue, MaxBytes);
            Assert.InRange(server.Metrics.UnsentAcks, 10_000, 12_000);
        }

        await Eventually.HoldsAsync(() => server.Metrics is { OpenStreams: 0, Subscriptions: 0, UnsentAcks: 0 }, "the blocked stream is freed");
    }

    [Fact]
    public async Task Client_that_is_slow_to_read_when_it_reads_at_last_gets_every_ack_and_only_the_newest_lists()
    {
        await using var server = await RunningServer.StartAsync();
        await WarmUpAsync(server);
        using var call = server.Clients.Lists.StreamRecommendations(cancellationToken: Eventually.Soon(180));
        await call.RequestStream.WriteAsync(new StreamRecommendationsRequest { Subscriptions = { Sample.List("slow", 50) } });
        const int Messages = 2_000;
        for (var i = 1; i <= Messages; i++)
            await call.RequestStream.WriteAsync(new StreamRecommendationsRequest { Events = { Sample.Sequenced((ulong)i, Sample.Play("slow", $"i{i % 50}", $"e{i}")) } });
        await Eventually.HoldsAsync(
            async () => (await server.Host.Store.ReadUserLogAsync(
                new("default", "slow"), Storage.LogStream.Events, long.MaxValue, 1, newestFirst: true, CancellationToken.None)) is [{ EventId: "e2000" }],
            "every event is stored although no ack was read");

        await call.RequestStream.CompleteAsync();
        var (acks, lists, last) = (0, 0, 0L);
        while (await call.ResponseStream.MoveNext(Eventually.Soon()))
        {
            foreach (var ack in call.ResponseStream.Current.Acks) Assert.Equal((ulong)++acks, ack.SequenceNumber);
            lists += call.ResponseStream.Current.Lists.Count;
            if (call.ResponseStream.Current.Lists is [.., { } newest]) last = newest.StateRevision;
        }

        Assert.Equal(Messages, acks);
        output.WriteLine($"{lists} lists for {Messages} changes");
        Assert.InRange(lists, 2, Messages / 2);
        var stored = await server.Host.Store.LoadAsync([new(new("default", "slow"), [])], 0, CancellationToken.None);
        Assert.Equal(stored[0].Revision, last);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Client_that_never_reads_when_its_server_is_measured_costs_little_memory()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.File("store.db"));
        using (var warm = RawCalls.Duplex(server.Clients.Invoker, "RecommendationService", "StreamRecommendations", Eventually.Soon(180)))
        {
            await SendUntilBlockedAsync(warm, 100);
        }

        var before = server.StatusKilobytes("VmRSS");
        using var call = RawCalls.Duplex(server.Clients.Invoker, "RecommendationService", "StreamRecommendations", Eventually.Soon(180));
        var sent = await SendUntilBlockedAsync(call, 100);
        var grown = (server.StatusKilobytes("VmRSS") - before) * 1024;
        output.WriteLine($"blocked after {sent} events, {grown / 1024:N0} KiB more resident memory");
        Assert.True(sent < MaxEvents);
        Assert.InRange(grown, long.MinValue, MaxBytes);
    }

    private static async Task WarmUpAsync(RunningServer server)
    {
        await server.Clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Items = { Enumerable.Range(0, 100).Select(i => Sample.Film($"i{i}")) } });
        await using var stream = new Duplex(server.Clients);
        await stream.SubscribeAsync(Sample.List("warm"));
        for (var i = 0; i < 10; i++) await stream.SendAsync([.. Enumerable.Range(0, 1_000).Select(j => Sample.Sequenced((ulong)j, Sample.Play($"u{j % 100}", $"i{j % 100}")))]);
        await stream.FinishAsync();
    }

    private static async Task<int> SendUntilBlockedAsync(Grpc.Core.AsyncDuplexStreamingCall<byte[], byte[]> call, int eventsPerMessage)
    {
        var number = 0;
        await call.RequestStream.WriteAsync(new StreamRecommendationsRequest { Subscriptions = { Sample.List("u1", 50) } }.ToByteArray());
        while (number < MaxEvents)
        {
            var message = new StreamRecommendationsRequest();
            for (var i = 0; i < eventsPerMessage; i++, number++)
                message.Events.Add(Sample.Sequenced((ulong)number, Sample.Play($"u{number % 100}", $"i{number % 100}", $"{number}")));
            var writing = call.RequestStream.WriteAsync(message.ToByteArray());
            if (await Task.WhenAny(writing, Task.Delay(Patience)) != writing) break;
            await writing;
        }

        return number;
    }
}
