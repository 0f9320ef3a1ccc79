using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Serving.Models;

namespace Recsys.Tests.Serving.Experiments;

/// <summary>What experiments keep when old models are deleted.</summary>
public sealed class PrunedModelTests
{
    private const string Ns = VariantWorld.Ns;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Model_that_an_experiment_names_is_kept_whether_that_runs_before_or_begins_while_old_ones_are_deleted()
    {
        await using var world = await VariantWorld.OpenAsync();
        await world.Engine.Models.ActivateAsync(Ns, VariantWorld.OtherVersion, None);
        await world.PutAsync(VariantWorld.Experiment());
        for (var seed = 3; seed <= 5; seed++) await world.AddModelAsync(seed, activate: true);
        var store = world.Rig.Store;
        var documents = new ModelDocuments(store);
        var pruning = new ModelPruning(store, documents, new(world.Rig.Temporary(""), world.Rig.Engine.ItemNumbers), null, world.Engine.LiveModels, 1, NullLogger.Instance);

        // One begins just when it's decided what goes.
        store.AfterDocuments = async () =>
        {
            store.AfterDocuments = null;
            await world.Engine.Placements.PutAsync(Ns, new() { PlacementId = "end" }, "", "", validateOnly: false, None);
            await world.PutAsync(VariantWorld.Experiment("session-3", "late", "end"));
        };
        await pruning.RunAsync(Ns, None);
        Assert.Null(store.AfterDocuments);
        Assert.Equal(["session-5", "session-4", "session-3", "session-2"], (await world.Engine.Models.ListAsync(Ns, None)).Select(model => model.ModelVersion));

        // To the one that was named all along also the way back stays open.
        Assert.Contains(VariantWorld.OtherVersion, (await documents.HistoryAsync(Ns, None)).Previous);
        foreach (var id in (string[])["test", "late"]) await world.StopAsync(id);
        await pruning.RunAsync(Ns, None);
        Assert.Equal(["session-5", "session-4"], (await world.Engine.Models.ListAsync(Ns, None)).Select(model => model.ModelVersion));
    }
}
