using Grpc.Core;
using Recsys.Datasets;
using Recsys.Datasets.Demo;
using Recsys.Server.Commands;
using Recsys.V1;

namespace Recsys.ServerTests.Running;

/// <summary>
/// A server process with a small demo world, trained through the API. Of each user the last item and what follows it is held out: neither the store nor the
/// model has seen it.
/// </summary>
public sealed class TrainedServer : IAsyncLifetime
{
    private const int BatchLength = 1_000;

    private readonly TemporaryFolder _folder = new();

    internal ServerProcess Process { get; private set; } = null!;

    /// <summary>What the training reported, in order.</summary>
    internal IReadOnlyList<TrainModelResponse> Reports { get; private set; } = [];

    /// <summary>Each user's held-out item, which the user hadn't met before.</summary>
    internal IReadOnlyDictionary<string, string> HeldOut { get; private set; } = new Dictionary<string, string>();

    /// <summary>The last item of each user in the store.</summary>
    internal IReadOnlyDictionary<string, string> LastItem { get; private set; } = new Dictionary<string, string>();

    /// <summary>Item ids by how many users met them in what the store has, most first.</summary>
    internal IReadOnlyList<string> ByPopularity { get; private set; } = [];

    /// <summary>When the world ends.</summary>
    internal DateTimeOffset End { get; } = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    public async Task InitializeAsync()
    {
        var world = DemoWorld.Generate(new DemoWorldOptions { EndTime = End, Users = 600, PlaysPerUser = 20, MaxEvents = 28_000 });
        var (kept, heldOut) = HoldOut(world.Events);
        HeldOut = heldOut;
        LastItem = kept.GroupBy(e => e.UserId).ToDictionary(group => group.Key, group => group.Last().ItemId);
        ByPopularity =
        [
            .. kept.Select(e => (e.UserId, e.ItemId)).Distinct().GroupBy(pair => pair.ItemId).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Select(group => group.Key),
        ];
        Process = await ServerProcess.StartAsync(_folder.File("store.db"));
        await WriteAsync(world.Items, kept);
        using var call = Process.Clients.Models.TrainModel(new TrainModelRequest { Epochs = 12 }, cancellationToken: Eventually.Soon(300));
        Reports = await call.ResponseStream.ReadAllAsync().ToListAsync();
    }

    public async Task DisposeAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
        _folder.Dispose();
    }

    private static (List<DatasetEvent> Kept, Dictionary<string, string> HeldOut) HoldOut(IReadOnlyList<DatasetEvent> events)
    {
        var heldOut = new Dictionary<string, string>();
        var kept = new List<DatasetEvent>();
        foreach (var user in events.GroupBy(e => e.UserId))
        {
            var log = user.ToList();
            var first = log.FindIndex(e => e.ItemId == log[^1].ItemId);
            if (first < 5)
            {
                kept.AddRange(log);
                continue;
            }

            heldOut[user.Key] = log[^1].ItemId;
            kept.AddRange(log.Take(first));
        }

        return ([.. kept.OrderBy(e => e.Time)], heldOut);
    }

    private async Task WriteAsync(IReadOnlyList<DatasetItem> items, List<DatasetEvent> events)
    {
        foreach (var part in items.Chunk(BatchLength))
        {
            var answer = await Process.Clients.Catalog.BatchUpsertItemsAsync(new BatchUpsertItemsRequest { Items = { part.Select(DatasetMapping.ToMessage) } });
            Assert.All(answer.Statuses, status => Assert.Equal(0, status.Code));
        }

        foreach (var part in events.Chunk(BatchLength))
        {
            var answer = await Process.Clients.Events.WriteEventsAsync(new WriteEventsRequest { Events = { part.Select(DatasetMapping.ToMessage) } });
            Assert.All(answer.Acks, ack => Assert.Equal(EventAck.ResultOneofCase.Accepted, ack.ResultCase));
        }
    }
}
