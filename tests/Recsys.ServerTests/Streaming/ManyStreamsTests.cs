using Grpc.Net.Client;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Streaming;

[Collection(AloneCollection.Name)]
public sealed class ManyStreamsTests
{
    [Fact]
    public async Task Streams_when_1000_are_open_on_one_connection_all_work()
    {
        const int Count = 1_000;
        await using var server = await RunningServer.StartAsync();
        await server.Clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Items = { Enumerable.Range(0, 20).Select(i => Sample.Film($"i{i}")) } });

        // One connection: the handler may not open a second one.
        using var channel = GrpcChannel.ForAddress(
            server.Host.Addresses.Grpc!, new GrpcChannelOptions { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false }, DisposeHttpClient = true });
        var clients = new Clients(channel.CreateCallInvoker());
        var streams = Enumerable.Range(0, Count).Select(_ => new Duplex(clients)).ToArray();
        for (var i = 0; i < Count; i++) await streams[i].SubscribeAsync(Sample.List($"u{i}", 5));
        for (var i = 0; i < Count; i++) await streams[i].ListsAsync(1);
        Assert.Equal(Count, server.Metrics.OpenStreams);
        Assert.Equal(Count, server.Metrics.Subscriptions);

        for (var i = 0; i < Count; i++) await streams[i].SendAsync(Sample.Sequenced((ulong)i, Sample.Play($"u{i}", "i3", "e")));
        for (var i = 0; i < Count; i++)
        {
            await streams[i].AcksAsync(1);
            await streams[i].ListsAsync(2);
            Assert.Equal(EventAck.ResultOneofCase.Accepted, streams[i].Acks.Single().ResultCase);
            Assert.All(streams[i].Lists, list => Assert.Equal([$"u{i}"], list.UserIds));
            Assert.DoesNotContain("i3", streams[i].Lists[1].Items.Select(item => item.ItemId));
        }

        for (var i = 0; i < Count; i += 2) streams[i].Cancel();
        for (var i = 1; i < Count; i += 2) await streams[i].FinishAsync();
        await Eventually.HoldsAsync(() => server.Metrics is { OpenStreams: 0, Subscriptions: 0, UnsentAcks: 0 }, "all streams are freed");
        foreach (var stream in streams) await stream.DisposeAsync();
    }
}
