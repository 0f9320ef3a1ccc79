using Recsys.Server.Bench;
using Recsys.ServerTests.Experiments;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Redis;

/// <summary>Several replicas that learn by themselves on one Redis: one trains at a time, with the real trainer, and what goes live goes live on all of them.</summary>
[Collection(AloneCollection.Name)]
public sealed class RedisLearningTests
{
    [Fact]
    public async Task Lease_when_its_replica_is_killed_in_a_training_goes_to_another_one_after_its_end_which_trains()
    {
        await using var store = await LearningReplicas.OpenAsync(LearningReplicas.Due, isTrainerHeld: true);
        await using var killed = await RedisReplica.StartAsync(
            store.Redis.Address, "--learn-after-interactions", $"{LearningReplicas.Due}", "--trainer-path", store.Trainer.Path, "--trainer-settings", store.Settings);
        await Eventually.HoldsAsync(async () => (await killed.Clients.Models.ListModelsAsync(new())).Learning.Training, "it trains");
        var other = await store.StartAsync();
        Assert.True((await LearningReplicas.StatusAsync(other)).Training);
        Assert.False(await LearningReplicas.LookAsync(other));

        await killed.Process.KillAsync();
        store.Trainer.Let();
        store.Clock.Skip(TimeSpan.FromSeconds(30));
        Assert.False(await LearningReplicas.LookAsync(other));
        Assert.Equal(0, store.Trainings());
        store.Clock.Skip(TimeSpan.FromSeconds(65));
        await LearningReplicas.LookedAsync(other);
        Assert.Equal("session-1", await LearningReplicas.ListedByAsync(other));
        Assert.Equal((LearningOutcome.Promoted, 1), ((await LearningReplicas.StatusAsync(other)).LastOutcome, store.Trainings()));
    }

    [Fact]
    public async Task Replicas_when_a_training_is_due_on_both_train_once_and_both_make_their_next_lists_by_the_new_model()
    {
        await using var store = await LearningReplicas.OpenAsync(LearningReplicas.Due, isTrainerHeld: true);
        var first = await store.StartAsync();
        await Eventually.HoldsAsync(async () => (await LearningReplicas.StatusAsync(first)).Training, "it trains");
        var second = await store.StartAsync();

        // A training that lasts longer than the lease keeps it.
        for (var twenty = 0; twenty < 6; twenty++)
        {
            var end = await store.LeaseEndAsync();
            store.Clock.Skip(TimeSpan.FromSeconds(20));
            await Eventually.HoldsAsync(async () => await store.LeaseEndAsync() > end, "the lease is prolonged");
            Assert.False(await LearningReplicas.LookAsync(second));
        }

        store.Trainer.Let();
        await store.LiveEverywhereAsync("session-1");
        await Eventually.HoldsAsync(async () => !(await LearningReplicas.StatusAsync(second)).Training, "the training is over");
        Assert.Equal((1, 0), (store.Trainings(), (await LearningReplicas.StatusAsync(second)).NewInteractionCount));

        // Both look at the same moment.
        await store.PlayAsync(second, LearningReplicas.Due);
        await Task.WhenAll(LearningReplicas.LookAsync(first), LearningReplicas.LookAsync(second));
        await store.LiveEverywhereAsync("session-2");
        Assert.Equal(2, store.Trainings());
        Assert.Equal(2, (await second.Clients.Models.ListModelsAsync(new())).Models.Count);
    }

    [Fact]
    public async Task Roll_back_when_made_through_one_replica_reaches_both_and_only_a_model_that_passes_its_gate_follows()
    {
        await using var store = await LearningReplicas.OpenAsync(interactions: 0, isTrainerHeld: true);
        var (first, second) = (await store.StartAsync(), await store.StartAsync());
        await store.AddAsync(first, seed: 1, activate: true);
        await store.AddAsync(first, seed: 2, activate: true);
        await store.LiveEverywhereAsync("session-2");

        // Rolled back while a model is trained that is compared with the one that was live.
        await store.PlayAsync(first, LearningReplicas.Due);
        var training = LearningReplicas.LookedAsync(first);
        await Eventually.HoldsAsync(async () => (await LearningReplicas.StatusAsync(second)).Training, "it trains");
        Assert.Equal("session-1", (await second.Clients.Models.RollBackModelAsync(new())).Model.ModelVersion);
        await store.LiveEverywhereAsync("session-1");
        store.Trainer.Let();
        await training;
        var status = await LearningReplicas.StatusAsync(second);
        Assert.Equal(LearningOutcome.Refused, status.LastOutcome);
        Assert.Contains("session-1 became live while session-3 was trained", status.Message, StringComparison.Ordinal);

        // Whoever looks next counts from the roll-back on.
        await store.PlayAsync(second, LearningReplicas.Due - 1);
        foreach (var replica in new[] { second, first, second }) await LearningReplicas.LookedAsync(replica);
        Assert.Equal(1, store.Trainings());
        await store.LiveEverywhereAsync("session-1");

        // What wins its gate goes live on both.
        await store.PlayAsync(second, LearningReplicas.Due);
        await LearningReplicas.LookedAsync(second);
        await store.LiveEverywhereAsync("session-4");
        Assert.Contains(" of session-1 on ", (await LearningReplicas.StatusAsync(first)).Message, StringComparison.Ordinal);

        // What loses it doesn't: the model that was rolled back to has a source that the new one lacks.
        await store.AddAsync(first, seed: 5, activate: true, ModelSources.All);
        await first.Clients.Models.ActivateModelAsync(new() { ModelVersion = "session-4" });
        await first.Clients.Models.RollBackModelAsync(new());
        await store.LiveEverywhereAsync("session-5");
        await LearningReplicas.LookedAsync(second);
        await store.PlayAsync(first, LearningReplicas.Due);
        await LearningReplicas.LookedAsync(first);
        status = await LearningReplicas.StatusAsync(second);
        Assert.Equal(LearningOutcome.Refused, status.LastOutcome);
        Assert.Contains("it has no taste", status.Message, StringComparison.Ordinal);
        Assert.Equal(3, store.Trainings());
        await store.LiveEverywhereAsync("session-5");
    }

    [Fact]
    public async Task Models_when_there_are_more_than_are_kept_go_from_Redis_and_from_both_replicas_but_for_those_in_use()
    {
        await using var store = await LearningReplicas.OpenAsync(interactions: 0);
        var (first, second) = (await store.StartAsync(keep: 1), await store.StartAsync(keep: 1));
        await store.AddAsync(first, seed: 1, activate: true);
        await store.AddAsync(first, seed: 2, activate: true);
        await store.LiveEverywhereAsync("session-2");
        await first.Clients.Placements.PutPlacementAsync(new() { Placement = new() { PlacementId = "home" } });
        Assert.Equal(0, (await second.Clients.Experiments.PutExperimentAsync(new() { Experiment = VariantModelServerTests.Experiment("session-1") })).ReplicasPending);

        // One after the other through the other replica: session-3 is live neither now nor before, session-1 is a variant's.
        for (var seed = 3; seed <= 5; seed++)
        {
            await store.AddAsync(second, seed, activate: true);
            await store.LiveEverywhereAsync($"session-{seed}");
        }

        await AssertKeptAsync("session-1", "session-4", "session-5");
        Assert.Equal("session-1", (await first.Clients.Lists.RecommendAsync(new() { UserIds = { await UserOfAsync("b") }, Placement = "home" })).List.ModelVersion);

        // Nobody names it any more.
        await first.Clients.Experiments.StopExperimentAsync(new() { ExperimentId = "test" });
        await store.AddAsync(first, seed: 6, activate: true);
        await store.LiveEverywhereAsync("session-6");
        await AssertKeptAsync("session-5", "session-6");

        async Task<string> UserOfAsync(string variant)
        {
            for (var user = 0; ; user++)
            {
                if ((await second.Clients.Lists.RecommendAsync(new() { UserIds = { $"u{user}" }, Placement = "home" })).List.Variant == variant) return $"u{user}";
            }
        }

        async Task AssertKeptAsync(params string[] versions)
        {
            var artefacts = await first.Host.Store.ListDocumentsAsync("artefacts", "default", null, 1_000, CancellationToken.None);
            Assert.Equal(versions, artefacts.Select(piece => piece.Key.Key.Split('/')[0]).Distinct().Order());
            Assert.Equal(versions, (await second.Clients.Models.ListModelsAsync(new())).Models.Select(model => model.ModelVersion).Order());
            foreach (var replica in new[] { 0, 1 })
            {
                var folder = Path.Combine(store.FolderOf(replica), "default");
                await Eventually.HoldsAsync(
                    () => Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)).Except(versions).Any() is false, $"replica {replica} has no more than that");
            }
        }
    }
}
