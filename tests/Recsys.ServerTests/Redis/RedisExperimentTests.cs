using Recsys.Server.Hosting;
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

    private static async Task<string> VariantAsync(RunningServer server, int user) =>
        (await server.Clients.Lists.RecommendAsync(new() { UserIds = { $"u{user}" }, Placement = "home" })).List.Variant;

    private static Task<RunningServer> StartAsync(RedisProcess redis) =>
        RunningServer.StartAsync(redis: new RedisOptions { Redis = redis.Address, Durability = Storage.StoreDurability.Memory });
}
