using Recsys.Inference.Artefacts;
using Recsys.Server.Bench;
using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.Storage;
using Recsys.Tests.Redis;
using Recsys.V1;

namespace Recsys.ServerTests.Redis;

/// <summary>Models that a replica can't get.</summary>
public sealed class RedisModelTests
{
    [Fact]
    public async Task Live_model_when_a_piece_in_Redis_is_damaged_then_lists_are_degraded_until_it_is_whole_again()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        using var folder = new TemporaryFolder();
        var options = new RedisOptions { Redis = redis.Address, Durability = StoreDurability.Memory };
        await using var whole = await RunningServer.StartAsync(redis: options);
        string[] items = [.. Enumerable.Range(0, 50).Select(BenchWorld.ItemId)];
        var numbers = await whole.Host.Engine.Catalogue.NumbersAsync("default", items, CancellationToken.None);
        RandomModel.Write(folder.File("artefact"), NetworkSize.Parse("16/16/1"), numbers, TimeProvider.System.GetUtcNow(), 1);
        await whole.Host.Engine.Models.AddAsync("default", folder.File("artefact"), activate: true, CancellationToken.None);
        await whole.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("viewer", items[0])));
        Assert.False((await ListAsync(whole)).Degraded);

        var key = $"session-1/{SessionArtefact.WeightsFile}/000000";
        var piece = (await whole.Host.Store.GetDocumentAsync("artefacts", "default", key, CancellationToken.None))!.Content.ToArray();
        await PutAsync(whole, key, [.. piece[..^1], (byte)(piece[^1] ^ 1)]);
        await using var late = await RunningServer.StartAsync(redis: options);
        late.Log.Expect("doesn't pass its checks");
        late.Log.Expect("No model of default passes its checks");
        var list = await ListAsync(late);
        Assert.True(list.Degraded);
        Assert.Contains("The live model can't be loaded", list.DegradedReason, StringComparison.Ordinal);
        Assert.Empty(list.ModelVersion);
        await Eventually.HoldsAsync(() => late.Log.Lines.Count(line => line.Contains("session-1 of default doesn't pass", StringComparison.Ordinal)) >= 2, "it tries again");

        await PutAsync(whole, key, piece);
        await Eventually.HoldsAsync(async () => (await ListAsync(late)).ModelVersion == "session-1", "it has the model");
        Assert.False((await ListAsync(late)).Degraded);
    }

    private static async Task<RecommendationList> ListAsync(RunningServer server) => (await server.Clients.Lists.RecommendAsync(Sample.List("viewer"))).List;

    private static async Task PutAsync(RunningServer server, string key, byte[] content) =>
        await server.Host.Store.PutDocumentsAsync([new() { Collection = "artefacts", Key = new("default", key), Content = content }], CancellationToken.None);
}
