using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Health.V1;
using Recsys.Inference.Artefacts;
using Recsys.Inference.Networks;
using Recsys.Server.Bench;
using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.Tests.Redis;
using Recsys.V1;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Redis;

/// <summary>Several replicas on one Redis: they serve the same users, and see what the others write.</summary>
[Collection(AloneCollection.Name)]
public sealed class RedisReplicaTests(ITestOutputHelper output)
{
    private const int Users = 12;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Replicas_when_they_write_the_same_users_then_each_event_is_once_in_the_log_and_states_are_those_of_a_sequential_replay(int count)
    {
        await using var redis = await RedisProcess.StartAsync("appendfsync", "everysec");
        var conflicts = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "recsys.commit.conflicts") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, measured, _, _) => Interlocked.Add(ref conflicts, measured));
        listener.Start();
        var replicas = await StartAsync(count, redis);
        try
        {
            var load = new SharedUsersLoad([.. replicas.Select(replica => (Func<Running.Clients>)(() => replica.Clients))], Users);
            load.Start(workers: 6);
            // Below 300 a user, where rings are cut: in which order older items are kept depends on when late events had a state made anew.
            await load.AcksAsync(2_000);
            await load.StopAsync();
            var report = await load.SettleAsync(replicas[^1].Clients);
            output.WriteLine($"{count} replicas: {report}, {conflicts} conflicts");
            Assert.Equal((0, 0), (report.Lost, report.Duplicated));
            Assert.Equal(report.Acknowledged, report.InLog);
            Assert.NotEqual(0, conflicts);
            await AssertStatesAreReplaysAsync(replicas, load);
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task Replica_when_another_writes_items_and_keys_then_it_follows()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        var replicas = await StartAsync(2, redis, new() { Redis = redis.Address, Durability = Storage.StoreDurability.Memory });
        try
        {
            var (first, second) = (replicas[0].Clients, replicas[1].Clients);
            await first.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Items = { Sample.Film("new-film", "Seen everywhere") } });
            await Eventually.HoldsAsync(async () => (await TitlesAsync(second)).Contains("Seen everywhere"), "the other replica lists the item");
            await first.Catalog.DeleteItemAsync(new DeleteItemRequest { ItemId = "new-film" });
            await Eventually.HoldsAsync(async () => !(await TitlesAsync(second)).Contains("Seen everywhere"), "the other replica lists it no more");

            // The other one numbered the item a moment ago: this one must know it in what it reads.
            await first.Events.WriteEventsAsync(Sample.Write(Sample.Play("viewer", "item-of-the-first")));
            Assert.Equal("item-of-the-first", (await second.Users.GetUserAsync(new GetUserRequest { UserId = "viewer" })).State.RecentItemIds.Single());

            var key = await first.Access.CreateApiKeyAsync(new CreateApiKeyRequest { DisplayName = "k", Scopes = { ApiScope.Admin, ApiScope.Read }, Namespaces = { "*" } });
            await Eventually.HoldsAsync(async () => await RefusesAsync(second), "the other replica wants a key");
            var keyed = replicas[1].WithKey(key.Secret);
            await keyed.Users.GetUserAsync(new GetUserRequest { UserId = "viewer" });
            await replicas[0].WithKey(key.Secret).Access.RevokeApiKeyAsync(new RevokeApiKeyRequest { KeyId = key.ApiKey.KeyId });
            await Eventually.HoldsAsync(async () => await RefusesAsync(keyed), "the other replica refuses the revoked key");
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task Stream_when_events_of_its_users_come_through_another_replica_then_fresh_lists_follow_once_each()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        var replicas = await StartAsync(2, redis, new() { Redis = redis.Address, Durability = Storage.StoreDurability.Memory });
        try
        {
            string[] films = [.. Enumerable.Range(0, 30).Select(i => $"film-{i}")];
            await replicas[0].Clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Items = { films.Select(id => Sample.Film(id)) } });
            await Eventually.HoldsAsync(async () => (await TitlesAsync(replicas[1].Clients)).Contains("Film film-29"), "both know the items");
            await using var stream = new Duplex(replicas[0].Clients);
            await stream.SubscribeAsync(Sample.List("viewer"));
            await stream.ListsAsync(1);
            var (first, second) = (stream.Lists[0].Items[0].ItemId, stream.Lists[0].Items[1].ItemId);

            await replicas[1].Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("viewer", first)));
            await stream.ListsAsync(2);
            Assert.DoesNotContain(stream.Lists[1].Items, item => item.ItemId == first);

            // Its own events have their list from the commit itself.
            await stream.SendAsync(Sample.Sequenced(1, Sample.Play("viewer", second)));
            await stream.ListsAsync(3);
            await replicas[1].Clients.Users.DeleteUserAsync(new DeleteUserRequest { UserId = "viewer" });
            await stream.ListsAsync(4);
            Assert.Contains(stream.Lists[3].Items, item => item.ItemId == first);
            await stream.FinishAsync();
            Assert.Equal(4, stream.Lists.Count);
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task Redis_when_it_is_gone_then_lists_are_degraded_writes_unavailable_and_both_come_back_without_a_restart()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var replica = await RedisReplica.StartAsync(redis.Address, "--redis-timeout-ms", "500");
        var clients = replica.Clients;
        await clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("viewer", "played"), Sample.Play("other", "trend")));
        Assert.False((await clients.Lists.RecommendAsync(Sample.List("viewer"))).List.Degraded);

        await redis.KillAsync();
        var list = (await clients.Lists.RecommendAsync(Sample.List("viewer"))).List;
        Assert.True(list.Degraded);
        Assert.Contains(list.Items, item => item.ItemId == "trend");
        var ack = (await clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("viewer", "later", "retried")))).Acks.Single();
        Assert.Equal((int)StatusCode.Unavailable, ack.Error.Code);
        Assert.Contains(ack.Error.Details, detail => detail.Is(Google.Rpc.RetryInfo.Descriptor));
        await AssertHealthAsync(replica, writes: HealthCheckResponse.Types.ServingStatus.NotServing);

        await redis.StartAgainAsync();
        await Eventually.HoldsAsync(
            async () => (await clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("viewer", "later", "retried")))).Acks.Single().ResultCase == EventAck.ResultOneofCase.Accepted,
            "the event that was refused is taken");
        Assert.False((await clients.Lists.RecommendAsync(Sample.List("viewer"))).List.Degraded);
        await AssertHealthAsync(replica, writes: HealthCheckResponse.Types.ServingStatus.Serving);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Cluster_when_one_user_has_a_tenth_of_the_load_then_all_masters_commit_and_the_hot_partition_shows()
    {
        await using var cluster = await RedisClusterProcesses.StartAsync("appendonly", "no");
        await using var replica = await RunningServer.StartAsync(redis: new() { Redis = cluster.Addresses, Durability = Storage.StoreDurability.Memory });
        var commits = new System.Collections.Concurrent.ConcurrentDictionary<int, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "recsys.store.partition.commits") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, measured, tags, _) => commits.AddOrUpdate((int)tags[0].Value!, measured, (_, sum) => sum + measured));
        listener.Start();

        // One call an event, so that no two of the hot user's fold into one commit.
        for (var number = 0; number < 1_000; number++)
        {
            var user = number % 10 == 0 ? "hot" : string.Create(CultureInfo.InvariantCulture, $"user-{number}");
            var ack = (await replica.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(user, "film")))).Acks.Single();
            Assert.Equal(EventAck.ResultOneofCase.Accepted, ack.ResultCase);
        }

        var hot = commits.MaxBy(partition => partition.Value);
        output.WriteLine($"{commits.Values.Sum()} commits in {commits.Count} partitions, {hot.Value} of them in the hot one");
        Assert.Equal(1_000, commits.Values.Sum());
        Assert.InRange(hot.Value, 100, 110);
        Assert.Equal(100, (await replica.Clients.Users.GetUserAsync(new GetUserRequest { UserId = "hot" })).State.InteractionCount);
        foreach (var master in await cluster.MastersAsync(cluster.Nodes[0]))
        {
            var users = (await master.CliAsync("--scan", "--pattern", "recsys:{*}:user:*")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            output.WriteLine($"{users} users on the master at {master.Address}");
            Assert.InRange(users, 100, 901);
        }
    }

    [Fact]
    public async Task Model_when_switched_under_load_then_all_replicas_switch_states_are_prepared_and_a_list_keeps_its_model()
    {
        const int Viewers = 120;
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        using var folder = new TemporaryFolder();
        var replicas = await StartAsync(2, redis);
        try
        {
            string[] items = [.. Enumerable.Range(0, 500).Select(BenchWorld.ItemId)];
            var numbers = await replicas[0].Host.Engine.Catalogue.NumbersAsync("default", items, CancellationToken.None);
            var registry = replicas[0].Host.Engine.Models;
            for (var seed = 1; seed <= 2; seed++)
            {
                RandomModel.Write(folder.File($"artefact-{seed}"), NetworkSize.Parse("32/32/1"), numbers, TimeProvider.System.GetUtcNow(), seed);
                await registry.AddAsync("default", folder.File($"artefact-{seed}"), activate: seed == 1, CancellationToken.None);
            }

            // Both are known to each other then, and have the first model.
            await Eventually.HoldsAsync(
                async () => (await replicas[1].Clients.Lists.RecommendAsync(Sample.List("nobody"))).List.ModelVersion == "session-1", "the other replica has the first model");
            for (var viewer = 0; viewer < Viewers; viewer++)
            {
                var plays = Enumerable.Range(0, 20).Select(i => Sample.Play($"viewer-{viewer}", items[(viewer + i) % items.Length])).ToArray();
                await replicas[viewer % 2].Clients.Events.WriteEventsAsync(Sample.Write(plays));
            }

            var first = (await replicas[0].Clients.Lists.RecommendAsync(Sample.List("viewer-1", 5))).List;
            Assert.Equal("session-1", first.ModelVersion);
            using var stop = new CancellationTokenSource();
            var load = LoadAsync(replicas, items, Viewers, stop.Token);
            await registry.ActivateAsync("default", "session-2", CancellationToken.None);
            await Eventually.HoldsAsync(
                async () => (await replicas[1].Clients.Lists.RecommendAsync(Sample.List("viewer-2"))).List.ModelVersion == "session-2", "the other replica switched");
            await stop.CancelAsync();
            await load;

            // A list goes on as it began, through whichever replica.
            var second = (await replicas[1].Clients.Lists.RecommendAsync(new RecommendRequest(Sample.List("viewer-1", 5)) { PageToken = first.NextPageToken })).List;
            Assert.Equal("session-1", second.ModelVersion);
            Assert.Empty(first.Items.Select(item => item.ItemId).Intersect(second.Items.Select(item => item.ItemId)));

            // Both replicas' recent users have the new model's slot, the untouched ones too.
            var weights = ArtefactManifest.Read(folder.File("artefact-2")).Files[SessionArtefact.WeightsFile].Sha256[..8];
            var fingerprint = (Convert.ToUInt32(weights, 16) ^ SessionNetwork.Arithmetic).ToString("x8", CultureInfo.InvariantCulture);
            for (var viewer = 0; viewer < Viewers; viewer++) Assert.Contains(fingerprint, await SlotsAsync(replicas[0].Clients, $"viewer-{viewer}"));
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task User_with_200_interactions_under_the_preset_when_measured_takes_at_most_4_KB_of_state()
    {
        const int Interactions = 200;
        const int Measured = 20;
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        using var folder = new TemporaryFolder();
        await using var replica = await RunningServer.StartAsync(redis: new() { Redis = redis.Address, Durability = Storage.StoreDurability.Memory });
        string[] items = [.. Enumerable.Range(0, 5_000).Select(BenchWorld.ItemId)];
        var numbers = await replica.Host.Engine.Catalogue.NumbersAsync("default", items, CancellationToken.None);
        RandomModel.Write(folder.File("artefact"), NetworkSize.Parse("128/128/2"), numbers, TimeProvider.System.GetUtcNow(), 1);
        await replica.Host.Engine.Models.AddAsync("default", folder.File("artefact"), activate: true, CancellationToken.None);
        var random = new Random(1);
        for (var user = 0; user < Measured; user++)
        {
            Event[] plays = [.. Enumerable.Range(0, Interactions).Select(i => Sample.Play($"user-{user}", items[random.Next(items.Length)], $"e{user}-{i}"))];
            await replica.Clients.Events.WriteEventsAsync(Sample.Write(plays));
        }

        var bytes = new Dictionary<string, List<long>>();
        foreach (var key in (await redis.CliAsync("--scan")).Split('\n').Where(key => key.Contains(":user-", StringComparison.Ordinal)))
        {
            var kind = key.Split("}:")[1].Split(':')[0];
            if (!bytes.TryGetValue(kind, out var list)) bytes.Add(kind, list = []);
            list.Add(long.Parse(await redis.CliAsync("memory", "usage", key), CultureInfo.InvariantCulture));
        }

        var log = 0L;
        foreach (var key in (await redis.CliAsync("--scan", "--pattern", "*}:events")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            log += long.Parse(await redis.CliAsync("memory", "usage", key, "samples", "0"), CultureInfo.InvariantCulture);
        output.WriteLine($"bytes a user by MEMORY USAGE: record {bytes["user"].Average()} (at most {bytes["user"].Max()}), duplicate window of a day {bytes["recent"].Average()}, "
            + $"index {bytes["events"].Average()}; {log / (double)(Measured * Interactions):F0} bytes of log an event");
        Assert.Equal(Measured, bytes["user"].Count);
        Assert.True(bytes["user"].Max() <= 4_096, $"{bytes["user"].Max()} bytes");
    }

    private static async Task<RunningServer[]> StartAsync(int count, RedisProcess redis, RedisOptions? options = null)
    {
        var replicas = new List<RunningServer>();
        for (var i = 0; i < count; i++) replicas.Add(await RunningServer.StartAsync(redis: options ?? new() { Redis = redis.Address, Durability = Storage.StoreDurability.Memory }));
        return [.. replicas];
    }

    private static async Task<List<string>> TitlesAsync(Running.Clients clients) =>
        [.. (await clients.Lists.RecommendAsync(Sample.List("nobody", 50))).List.Items.Select(item => item.Title)];

    private static async Task<bool> RefusesAsync(Running.Clients clients)
    {
        try
        {
            await clients.Users.GetUserAsync(new GetUserRequest { UserId = "viewer" });
            return false;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Unauthenticated)
        {
            return true;
        }
    }

    private static async Task AssertHealthAsync(RedisReplica replica, HealthCheckResponse.Types.ServingStatus writes)
    {
        var health = new Health.HealthClient(replica.Process.Channel);
        foreach (var (service, expected) in new[]
        {
            (EventService.Descriptor.FullName, writes), ("", writes), (RecommendationService.Descriptor.FullName, HealthCheckResponse.Types.ServingStatus.Serving),
        })
        {
            HealthCheckResponse.Types.ServingStatus? status = null;
            await Eventually.HoldsAsync(
                async () => (status = (await health.CheckAsync(new HealthCheckRequest { Service = service })).Status) == expected, $"{service} is {expected}, not {status}");
        }
    }

    /// <summary>Writes each user's log, in its order, one event after the other, to a server on a file, and compares what both hold of the user.</summary>
    private static async Task AssertStatesAreReplaysAsync(RunningServer[] replicas, SharedUsersLoad load)
    {
        await using var sequential = await RunningServer.StartAsync();
        for (var user = 0; user < Users; user++)
        {
            var id = load.User(user);
            var log = new List<StoredEvent>();
            var request = new ListUserEventsRequest { UserId = id, PageSize = 1_000 };
            do
            {
                var page = await replicas[0].Clients.Users.ListUserEventsAsync(request);
                log.AddRange(page.Events);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);

            log.Reverse();
            foreach (var part in log.Chunk(1_000))
                await sequential.Clients.Events.WriteEventsAsync(Sample.Write([.. part.Select(stored => stored.Event)]));
            var expected = await StateAsync(sequential.Clients, id);
            foreach (var replica in replicas) Assert.Equal(expected, await StateAsync(replica.Clients, id));
        }
    }

    private static async Task LoadAsync(RunningServer[] replicas, string[] items, int viewers, CancellationToken stop)
    {
        var random = new Random(3);
        while (!stop.IsCancellationRequested)
        {
            var play = Sample.Play($"viewer-{random.Next(viewers / 2)}", items[random.Next(items.Length)]);
            var ack = await replicas[random.Next(2)].Clients.Events.WriteEventsAsync(Sample.Write(play), cancellationToken: CancellationToken.None);
            Assert.Equal(EventAck.ResultOneofCase.Accepted, ack.Acks.Single().ResultCase);
        }
    }

    private static async Task<List<string>> SlotsAsync(Running.Clients clients, string user) =>
        [.. JsonNode.Parse(await StateAsync(clients, user))!["network_states"]!.AsArray().Select(slot => slot!["model_fingerprint"]!.ToString())];

    private static async Task<string> StateAsync(Running.Clients clients, string user)
    {
        using var export = clients.Users.ExportUser(new ExportUserRequest { UserId = user });
        await foreach (var part in export.ResponseStream.ReadAllAsync())
        {
            if (part.Kind != "state") continue;
            var state = JsonNode.Parse(part.Json)!.AsObject();
            // Each store counts its own.
            state.Remove("revision");
            return state.ToJsonString();
        }

        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{user} has no state."));
    }
}
