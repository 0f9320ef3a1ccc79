using Recsys.Server.Hosting;
using Recsys.ServerTests.Experiments;
using Recsys.ServerTests.Running;
using Recsys.Tests.Redis;
using Recsys.V1;

namespace Recsys.ServerTests.Redis;

/// <summary>Two replicas on one Redis: an experiment that is answered is in effect on both, and a user has the same variant on both.</summary>
[Collection(AloneCollection.Name)]
public sealed class RedisExperimentTests
{
    [Fact]
    public async Task User_has_the_same_variant_on_both_replicas()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        await using var first = await StartAsync(redis);
        await using var second = await StartAsync(redis);
        await first.Clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home" } });
        var experiment = new Experiment
        {
            ExperimentId = "test",
            Placement = "home",
            Control = "a",
            Variants = { new ExperimentVariant { Name = "a", Share = 0.5 }, new ExperimentVariant { Name = "b", Share = 0.5 } },
        };

        // Put where the placement wasn't, and in effect where the experiment wasn't.
        Assert.Equal(0, (await second.Clients.Experiments.PutExperimentAsync(new() { Experiment = experiment })).ReplicasPending);
        var variants = new HashSet<string>();
        for (var user = 0; user < 20; user++)
        {
            var seen = new[] { await VariantAsync(first, user), await VariantAsync(second, user) };
            Assert.Equal(seen[0], seen[1]);
            variants.Add(seen[0]);
        }

        Assert.Equal(["a", "b"], variants.Order());
        Assert.Equal(0, (await first.Clients.Experiments.StopExperimentAsync(new() { ExperimentId = "test" })).ReplicasPending);
        Assert.Equal("", await VariantAsync(second, 1));
        Assert.Equal(0, (await second.Clients.Experiments.DeleteExperimentAsync(new() { ExperimentId = "test" })).ReplicasPending);
        Assert.Empty((await first.Clients.Experiments.ListExperimentsAsync(new())).Experiments);
    }

    [Fact]
    public async Task Lists_of_the_variants_users_are_by_its_model_on_both_replicas()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        using var folder = new TemporaryFolder();
        await using var first = await StartAsync(redis);
        await VariantModelServerTests.AddModelsAsync(first, folder, 2);
        await using var second = await StartAsync(redis);
        await first.Clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home" } });

        // The second one has neither the model's files nor the model.
        Assert.Equal(0, (await first.Clients.Experiments.PutExperimentAsync(new() { Experiment = VariantModelServerTests.Experiment("session-2") })).ReplicasPending);
        await using var third = await StartAsync(redis);
        var variants = new HashSet<string>();
        for (var user = 0; user < 20; user++)
        {
            var list = await ListAsync(first, user);
            variants.Add(list.Variant);
            Assert.Equal((list.Variant == "b" ? "session-2" : "session-1", false), (list.ModelVersion, list.Degraded));
            foreach (var replica in new[] { second, third })
            {
                var other = await ListAsync(replica, user);
                Assert.Equal((list.Variant, list.ModelVersion, false), (other.Variant, other.ModelVersion, other.Degraded));
            }
        }

        Assert.Equal(["a", "b"], variants.Order());
        Assert.Equal(0, (await second.Clients.Experiments.StopExperimentAsync(new() { ExperimentId = "test" })).ReplicasPending);
        Assert.Single(second.Log.Lines, line => line.Contains("session-2 of default is loaded for an experiment", StringComparison.Ordinal));
        Assert.Equal("session-1", (await ListAsync(first, 1)).ModelVersion);
    }

    private static async Task<RecommendationList> ListAsync(RunningServer server, int user) =>
        (await server.Clients.Lists.RecommendAsync(new() { UserIds = { $"u{user}" }, Placement = "home" })).List;

    private static async Task<string> VariantAsync(RunningServer server, int user) =>
        (await ListAsync(server, user)).Variant;

    private static Task<RunningServer> StartAsync(RedisProcess redis) =>
        RunningServer.StartAsync(redis: new RedisOptions { Redis = redis.Address, Durability = Storage.StoreDurability.Memory });
}
