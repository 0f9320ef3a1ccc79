using System.Collections.Concurrent;
using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Faults;

/// <summary>kill -9 under load: no acknowledged event is lost, none is doubled, and what was unknown is settled by sending it again.</summary>
[Collection(AloneCollection.Name)]
[Trait("Category", "Slow")]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int Clients = 4;
    private const int UsersPerClient = 5;

    // Below the newest 1,000 events of a user that exactly-once reaches back to, whatever a round adds.
    private const int MaxUnackedPerClient = 1_000;

    [Fact]
    public async Task Server_when_killed_20_times_under_load_loses_and_doubles_nothing()
    {
        using var folder = new TemporaryFolder();
        var db = folder.File("store.db");
        var random = new Random(7);
        var acknowledged = new ConcurrentDictionary<string, string>();
        var unknown = new ConcurrentDictionary<string, string>();
        var (unknownInAll, storedUnknown, lost) = (0, 0, 0);
        for (var round = 0; round < Kills; round++)
        {
            await using var server = await ServerProcess.StartAsync(db);

            // What was acknowledged before the kill is there, before anything is sent again.
            var stored = (await ReadAllAsync(server)).ToHashSet(StringComparer.Ordinal);
            lost += acknowledged.Keys.Count(id => !stored.Contains(id));
            unknownInAll += unknown.Count;
            storedUnknown += unknown.Keys.Count(stored.Contains);
            await ResendAsync(server, unknown, acknowledged);
            Assert.Empty(unknown);

            using var killed = new CancellationTokenSource();
            var before = acknowledged.Count;
            var target = before + random.Next(200, 3_000);
            var sending = Enumerable.Range(0, Clients).Select(client => LoadAsync(server, round, client, unknown, acknowledged, killed.Token)).ToArray();
            await Eventually.HoldsAsync(() => acknowledged.Count >= target, "enough events are acknowledged");
            await server.KillAsync();
            await killed.CancelAsync();
            await Task.WhenAll(sending);
            Assert.NotEmpty(unknown); // writes were in flight
        }

        await using var last = await ServerProcess.StartAsync(db);
        unknownInAll += unknown.Count;
        await ResendAsync(last, unknown, acknowledged);
        var all = await ReadAllAsync(last);
        var counts = all.GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());
        lost += acknowledged.Keys.Count(id => !counts.ContainsKey(id));
        var duplicated = counts.Values.Count(count => count > 1);
        output.WriteLine(
            $"{Kills} kills: {acknowledged.Count} acknowledged, {unknownInAll} unknown ({storedUnknown} of them stored), {lost} lost, {duplicated} duplicated");
        Assert.Equal(0, lost);
        Assert.Equal(0, duplicated);
        Assert.Equal(acknowledged.Count, all.Count);
    }

    private static async Task LoadAsync(
        ServerProcess server, int round, int client, ConcurrentDictionary<string, string> unknown, ConcurrentDictionary<string, string> acknowledged, CancellationToken killed)
    {
        using var call = server.Clients.Events.StreamEvents(cancellationToken: Eventually.Soon(120));
        var inFlight = new ConcurrentDictionary<ulong, (string Id, string User)>();
        var reading = Task.Run(async () =>
        {
            await foreach (var response in call.ResponseStream.ReadAllAsync(CancellationToken.None))
            {
                foreach (var ack in response.Acks)
                {
                    Assert.NotEqual(EventAck.ResultOneofCase.Duplicate, ack.ResultCase);
                    if (ack.ResultCase != EventAck.ResultOneofCase.Accepted || !inFlight.TryRemove(ack.SequenceNumber, out var sent)) continue;
                    unknown.TryRemove(sent.Id, out _);
                    acknowledged[sent.Id] = sent.User;
                }
            }
        }, CancellationToken.None);

        try
        {
            for (var number = 1UL; !killed.IsCancellationRequested;)
            {
                while (inFlight.Count > MaxUnackedPerClient && !reading.IsCompleted) await Task.Delay(1, killed);
                var message = new StreamEventsRequest();
                for (var i = 0; i < 10; i++, number++)
                {
                    var user = $"c{client}-u{number % UsersPerClient}";
                    var id = $"r{round}-c{client}-{number}";
                    inFlight[number] = (id, user);
                    unknown[id] = user;
                    message.Events.Add(Sample.Sequenced(number, Sample.Play(user, $"i{number % 17}", id)));
                }

                await call.RequestStream.WriteAsync(message, killed);
            }
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException or InvalidOperationException or IOException)
        {
            // The server is dead, which a write meets in one of these ways, by how far the connection's end has come: what isn't acknowledged by now is unknown.
        }

        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(reading.Exception?.InnerException is null or RpcException, $"{reading.Exception}");
    }

    private static async Task ResendAsync(ServerProcess server, ConcurrentDictionary<string, string> unknown, ConcurrentDictionary<string, string> acknowledged)
    {
        foreach (var chunk in unknown.ToArray().Chunk(500))
        {
            var response = await server.Clients.Events.WriteEventsAsync(Sample.Write([.. chunk.Select(entry => Sample.Play(entry.Value, "i1", entry.Key))]));
            for (var i = 0; i < chunk.Length; i++)
            {
                Assert.True(response.Acks[i].ResultCase is EventAck.ResultOneofCase.Accepted or EventAck.ResultOneofCase.Duplicate, $"{response.Acks[i]}");
                acknowledged[chunk[i].Key] = chunk[i].Value;
                unknown.TryRemove(chunk[i].Key, out _);
            }
        }
    }

    private static async Task<List<string>> ReadAllAsync(ServerProcess server)
    {
        var ids = new List<string>();
        for (var user = 0; user < Clients * UsersPerClient; user++)
        {
            var request = new ListUserEventsRequest { UserId = $"c{user / UsersPerClient}-u{user % UsersPerClient}", PageSize = 1_000 };
            do
            {
                var page = await server.Clients.Users.ListUserEventsAsync(request);
                ids.AddRange(page.Events.Select(entry => entry.Event.EventId));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
        }

        return ids;
    }
}
