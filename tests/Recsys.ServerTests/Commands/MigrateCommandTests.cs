using System.Text.Json;
using Recsys.ServerTests.Redis;
using Recsys.ServerTests.Running;
using Recsys.Tests.Redis;
using Recsys.V1;

namespace Recsys.ServerTests.Commands;

/// <summary>`recsys migrate` as a user runs it: what it refuses, and that the same lists are served afterwards.</summary>
[Collection(AloneCollection.Name)]
public sealed class MigrateCommandTests(TrainedStore trained) : IClassFixture<TrainedStore>
{
    private const int ListLength = 20;

    [Fact]
    public async Task Store_when_migrated_then_a_server_on_redis_serves_the_same_lists_and_knows_the_same_events()
    {
        trained.Training.Succeeds();
        await using var redis = await RedisProcess.StartAsync();
        var before = new List<string>();
        var sent = new Event { UserId = "1", EventId = "just before", Type = EventType.Like, ItemId = "5" };
        await using (var embedded = await ServerProcess.StartAsync(trained.File("films.db")))
        {
            Assert.Equal(EventAck.ResultOneofCase.Accepted, await SendAsync(embedded.Clients, sent));
            for (var user = 1; user <= TrainedStore.Users; user++) before.Add(await ListAsync(embedded.Clients, user));
            var held = await RunAsync("migrate", "--db", "films.db", "--to-redis", redis.Address);
            held.IsRefused($"is in use by process {embedded.Id}");
            Assert.Contains("Stop it first.", held.Error, StringComparison.Ordinal);
            Assert.Equal(0, await embedded.TerminateAsync());
        }

        var migration = (await RunAsync("migrate", "--db", "films.db", "--to-redis", redis.Address, "--json")).Succeeds();
        var report = migration.Json[^1];
        Assert.True(report.GetProperty("equal").GetBoolean());
        Assert.Equal(TrainedStore.Users, Row(report, "users").GetProperty("target").GetInt32());
        Assert.Equal((TrainedStore.Users * TrainedStore.EventsPerUser) + 1, Row(report, "events").GetProperty("target").GetInt32());
        Assert.True(Row(report, "model files").GetProperty("target").GetInt32() > 1);
        Assert.Contains("Both stores have the same", (await RunAsync("migrate", "--db", "films.db", "--to-redis", redis.Address, "--verify-only")).Succeeds().Output, StringComparison.Ordinal);

        await using var replica = await RedisReplica.StartAsync(redis.Address);
        var after = new List<string>();
        for (var user = 1; user <= TrainedStore.Users; user++) after.Add(await ListAsync(replica.Clients, user));
        Assert.StartsWith("session-1: ", after[0], StringComparison.Ordinal);
        Assert.True(after.Distinct().Count() > TrainedStore.Users / 2, "lists that follow users");
        Assert.Equal(before, after);
        Assert.Equal(EventAck.ResultOneofCase.Duplicate, await SendAsync(replica.Clients, sent));

        // The servers have gone on: nothing is copied over what they wrote, and the comparison says that the stores differ.
        Assert.Equal(EventAck.ResultOneofCase.Accepted, await SendAsync(replica.Clients, new(sent) { EventId = "after" }));
        var again = await RunAsync("migrate", "--db", "films.db", "--to-redis", redis.Address);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("was completed earlier: nothing is copied", again.Output, StringComparison.Ordinal);
        Assert.Contains("user '1' of namespace 'default' isn't the same", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Target_when_a_server_has_used_it_then_it_is_refused()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using (await RedisReplica.StartAsync(redis.Address)) { }

        (await RunAsync("migrate", "--db", "films.db", "--to-redis", redis.Address)).IsRefused("isn't empty: it has document 'page_tokens' of collection 'secrets'");
    }

    [Fact]
    public async Task Words_when_they_name_no_two_stores_then_they_are_refused()
    {
        (await RunAsync("migrate", "--db", "films.db")).IsRefused("Say either --db FILE --to-redis ADDRESSES, or --from-redis ADDRESSES --to-db FILE.");
        (await RunAsync("migrate", "--db", "none.db", "--to-redis", "127.0.0.1:1")).IsRefused("There is no store none.db.");
        (await RunAsync("migrate", "--db", "films.db", "--to-redis", "127.0.0.1:1")).IsRefused("127.0.0.1:1");
        Assert.Contains("recsys migrate --db recsys.db --to-redis 10.0.0.5:6379 --verify-only", (await RunAsync("migrate", "--help")).Succeeds().Output, StringComparison.Ordinal);
    }

    private static JsonElement Row(JsonElement report, string name) => report.GetProperty("rows").EnumerateArray().Single(row => row.GetProperty("name").GetString() == name);

    private static async Task<EventAck.ResultOneofCase> SendAsync(Clients clients, Event e) =>
        (await clients.Events.WriteEventsAsync(new WriteEventsRequest { Events = { e } })).Acks[0].ResultCase;

    private static async Task<string> ListAsync(Clients clients, int user)
    {
        var list = (await clients.Lists.RecommendAsync(Sample.List($"{user}", ListLength))).List;
        return $"{list.ModelVersion}: {string.Join(' ', list.Items.Select(item => item.ItemId))}";
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.RunAsync(trained.Folder, arguments);
}
