using Recsys.Server.Bench;
using Recsys.ServerTests.Commands;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Experiments;

/// <summary>Variants that name a model, over every call that makes lists, and in the report.</summary>
public sealed class VariantModelServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Registers models with random weights over 50 items; the first is live.</summary>
    internal static async Task AddModelsAsync(RunningServer server, TemporaryFolder folder, int count)
    {
        string[] items = [.. Enumerable.Range(0, 50).Select(BenchWorld.ItemId)];
        var numbers = await server.Host.Engine.Catalogue.NumbersAsync("default", items, CancellationToken.None);
        for (var seed = 1; seed <= count; seed++)
        {
            RandomModel.Write(folder.File($"model-{seed}"), NetworkSize.Parse("16/16/1"), numbers, TimeProvider.System.GetUtcNow(), seed);
            await server.Host.Engine.Models.AddAsync("default", folder.File($"model-{seed}"), activate: seed == 1, CancellationToken.None);
        }
    }

    /// <summary>Half of the users have the live model, half another one.</summary>
    public static Experiment Experiment(string version) => new()
    {
        ExperimentId = "test",
        Placement = "home",
        Control = "a",
        Variants = { new ExperimentVariant { Name = "a", Share = 0.5 }, new ExperimentVariant { Name = "b", Share = 0.5, ModelVersion = version } },
    };

    [Fact]
    public async Task Every_list_of_the_variants_users_names_its_model_and_so_does_the_report()
    {
        await using var server = await RunningServer.StartAsync();
        var clients = server.Clients;
        await AddModelsAsync(server, _folder, 2);
        await clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home" } });
        await RpcAssert.FailsAtAsync(async () => await clients.Experiments.PutExperimentAsync(new() { Experiment = Experiment("session-3") }), "experiment.variants[1].model_version");
        await RpcAssert.FailsAtAsync(async () => await clients.Experiments.PutExperimentAsync(new() { Experiment = Experiment("../\n") }), "experiment.variants[1].model_version");
        var file = _folder.File("test.json");
        await File.WriteAllTextAsync(
            file,
            """{"experiment_id": "test", "placement": "home", "control": "a", "variants": [{"name": "a", "share": 0.5}, {"name": "b", "share": 0.5, "model_version": "session-2"}]}""");
        (await RunAsync(server, "put", "--file", file)).Succeeds();
        Assert.Equal("session-2", (await clients.Experiments.GetExperimentAsync(new() { ExperimentId = "test" })).Experiment.Variants[1].ModelVersion);

        var seen = new HashSet<string>();
        for (var i = 0; seen.Count < 2; i++)
        {
            var user = $"u{i}";
            await clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(user, BenchWorld.ItemId(i)), Sample.Play(user, BenchWorld.ItemId(i + 1))));
            var request = new RecommendRequest { UserIds = { user }, Placement = "home" };
            var list = (await clients.Lists.RecommendAsync(request)).List;
            var expected = list.Variant == "b" ? "session-2" : "session-1";
            if (!seen.Add(list.Variant)) continue;
            Assert.Equal((expected, false), (list.ModelVersion, list.Degraded));
            await clients.Events.WriteEventsAsync(Sample.Write(
                new Event { UserId = user, Type = EventType.Impression, ItemId = list.Items[0].ItemId, Placement = "home", RecommendationId = list.RecommendationId }));
            using var watch = clients.Lists.WatchRecommendations(new() { List = request });
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal(expected, watch.ResponseStream.Current.List.ModelVersion);
            await using var stream = new Duplex(clients);
            await stream.SubscribeAsync(request);
            await stream.ListsAsync(1);
            await stream.SendAsync(Sample.Sequenced(1, Sample.Play(user, BenchWorld.ItemId(i + 2))));
            await stream.ListsAsync(2);
            Assert.All(stream.Lists, streamed => Assert.Equal(expected, streamed.ModelVersion));
            var shelves = await clients.Lists.RecommendShelvesAsync(
                new() { UserIds = { user }, Shelves = { Shelf(ShelfKind.Recommended), Shelf(ShelfKind.BecauseYouPlayed) } });
            Assert.Equal([expected, expected], shelves.Shelves.Select(shelf => shelf.List.ModelVersion));
        }

        var report = (await RunAsync(server, "report", "test")).Succeeds().Output;
        Assert.Matches(@"variant +model +users", report);
        Assert.Matches(@"a \(control\) +live +1", report);
        Assert.Matches(@"b +session-2 +1", report);
        var variants = (await RunAsync(server, "report", "test", "--json")).Succeeds().Json[0].GetProperty("experiment").GetProperty("variants");
        Assert.Equal("session-2", variants[1].GetProperty("model_version").GetString());
    }

    private static ShelfRequest Shelf(ShelfKind kind) => new() { Kind = kind, Placement = "home" };

    private Task<CommandRun> RunAsync(RunningServer server, params string[] words) =>
        CommandRun.RunAsync(_folder.Path, ["experiments", .. words, "--server", server.Host.Addresses.Grpc!.OriginalString]);
}
