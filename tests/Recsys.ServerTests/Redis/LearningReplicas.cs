using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Recsys.Server.Bench;
using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.Serving;
using Recsys.Storage;
using Recsys.Tests.Redis;
using Recsys.V1;

namespace Recsys.ServerTests.Redis;

/// <summary>A store on a real Redis with a small world in it, and what replicas that learn by themselves need: one clock, one trainer.</summary>
internal sealed class LearningReplicas : IAsyncDisposable
{
    /// <summary>So many new interactions bring a training.</summary>
    public const int Due = 240;

    private const int Users = 40;
    private const int Items = 50;

    private readonly List<RunningServer> _replicas = [];
    private int _written;

    private LearningReplicas(RedisProcess redis, bool isHeld)
    {
        Redis = redis;
        Trainer = new(Folder, isHeld);
        File.WriteAllText(Settings, """{"epochs": 1, "refit": false, "sources": false, "rules": false, "neighbours": false}""");
    }

    public RedisProcess Redis { get; }

    public TemporaryFolder Folder { get; } = new();

    public RunningClock Clock { get; } = new();

    public HeldTrainer Trainer { get; }

    /// <summary>The trainer's settings: the network alone, in a second or two.</summary>
    public string Settings => Folder.File("settings.json");

    /// <summary>Starts a Redis, and fills it if so many interactions are to be there before anybody learns.</summary>
    public static async Task<LearningReplicas> OpenAsync(int interactions, bool isTrainerHeld = false)
    {
        var opened = new LearningReplicas(await RedisProcess.StartAsync("appendonly", "no"), isTrainerHeld);
        if (interactions == 0) return opened;
        await using var writer = await RunningServer.StartAsync(redis: opened.Options);
        await opened.PlayAsync(writer, interactions);
        return opened;
    }

    /// <summary>Starts a replica, which has its first look at once and the next after each 30 seconds of the clock.</summary>
    public async Task<RunningServer> StartAsync(int keep = 5)
    {
        var replica = await RunningServer.StartAsync(
            engine: new EngineOptions
            {
                ModelFolder = FolderOf(_replicas.Count),
                TrainerPath = Trainer.Path,
                TrainerSettings = Settings,
                LearnAfterInteractions = Due,
                KeepModels = keep,
                RefreshMs = 50,
            },
            services: services => services.AddSingleton(Clock.TimeProvider),
            redis: Options);
        _replicas.Add(replica);
        return replica;
    }

    /// <summary>Where a replica has its models.</summary>
    public string FolderOf(int replica) => Folder.File($"models-{replica}");

    /// <summary>Writes whole plays of all users, who go through the catalogue in its order: each is followed by the next.</summary>
    public async Task PlayAsync(RunningServer writer, int interactions)
    {
        var request = new WriteEventsRequest();
        for (var i = 0; i < interactions; i++, _written++) request.Events.Add(Sample.Play($"u{_written % Users}", BenchWorld.ItemId(((_written % Users) + (_written / Users)) % Items) + ""));
        var answer = await writer.Clients.Events.WriteEventsAsync(request);
        Assert.All(answer.Acks, ack => Assert.Equal(EventAck.ResultOneofCase.Accepted, ack.ResultCase));
    }

    /// <summary>Registers a model with random weights.</summary>
    public async Task AddAsync(RunningServer replica, int seed, bool activate, ModelSources sources = ModelSources.Session)
    {
        string[] items = [.. Enumerable.Range(0, Items).Select(BenchWorld.ItemId)];
        var numbers = await replica.Host.Engine.Catalogue.NumbersAsync("default", items, CancellationToken.None);
        RandomModel.Write(Folder.File($"random-{seed}"), NetworkSize.Parse("16/16/1"), numbers, Clock.TimeProvider.GetUtcNow(), seed, sources);
        await replica.Host.Engine.Models.AddAsync("default", Folder.File($"random-{seed}"), activate, CancellationToken.None);
    }

    /// <summary>Waits until every replica makes the next list by a model.</summary>
    public async Task LiveEverywhereAsync(string version)
    {
        foreach (var replica in _replicas) await Eventually.HoldsAsync(async () => await ListedByAsync(replica) == version, $"{version} makes a replica's lists");
    }

    /// <summary>The model of a replica's next list.</summary>
    public static async Task<string> ListedByAsync(RunningServer replica) => (await replica.Clients.Lists.RecommendAsync(Sample.List("u1"))).List.ModelVersion;

    /// <summary>What learning did, as a replica says it.</summary>
    public static async Task<LearningStatus> StatusAsync(RunningServer replica) => (await replica.Clients.Models.ListModelsAsync(new())).Learning;

    /// <summary>Has a replica look, which ends with the training if it's its turn; false: another one has the lease.</summary>
    public static Task<bool> LookAsync(RunningServer replica) => replica.Host.Engine.Learning.RunOnceAsync(Eventually.Soon(120));

    /// <summary>Has a replica look as soon as no other one does, as each does by itself now and then.</summary>
    public static Task LookedAsync(RunningServer replica) => Eventually.HoldsAsync(() => LookAsync(replica), "no other replica has the lease");

    /// <summary>Trainings that the replicas began.</summary>
    public int Trainings() => _replicas.Sum(replica => replica.Log.Lines.Count(line => line.Contains("are new to its live model", StringComparison.Ordinal)));

    /// <summary>When the lease ends.</summary>
    public async Task<DateTimeOffset> LeaseEndAsync()
    {
        var document = await _replicas[0].Host.Store.GetDocumentAsync("learning", "", "state", CancellationToken.None);
        using var state = JsonDocument.Parse(document!.Content);
        return DateTimeOffset.FromUnixTimeMilliseconds(state.RootElement.GetProperty("lease_end_ms").GetInt64());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas) await replica.DisposeAsync();
        await Clock.DisposeAsync();
        await Redis.DisposeAsync();
        Folder.Dispose();
    }

    private RedisOptions Options => new() { Redis = Redis.Address, Durability = StoreDurability.Memory };
}
