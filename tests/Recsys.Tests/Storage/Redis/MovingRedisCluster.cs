using Recsys.Tests.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>One Cluster for the tests of a class, whose slots move from master to master all the time: those that the suite's stores use, round and round.</summary>
public sealed class MovingRedisCluster : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private Task _moving = Task.CompletedTask;
    private int _moves;

    internal RedisClusterProcesses Cluster { get; private set; } = null!;

    /// <summary>Slots moved until now.</summary>
    public int Moves => Volatile.Read(ref _moves);

    /// <summary>The error that ended the moving, if one did.</summary>
    public Exception? Failure => _moving.Exception?.GetBaseException();

    public async Task InitializeAsync()
    {
        Cluster = await RedisClusterProcesses.StartAsync("appendonly", "no");
        _moving = Task.Run(MoveAsync);
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _moving;
        await Cluster.DisposeAsync();
        _stop.Dispose();
    }

    // The prefix of a store isn't part of the hash tag.
    private async Task MoveAsync()
    {
        string[] namespaces = ["default", "a", "other_1"];
        string[] tags =
        [
            "items", .. namespaces.SelectMany(ns => Enumerable.Range(0, RedisSample.Partitions).Select(partition => $"{ns}.{partition}")),
            .. namespaces.SelectMany(ns => (string[])[$"items.{ns}", $"keys.{ns}"]),
        ];
        int[] slots = await Task.WhenAll(tags.Select(Cluster.SlotOfAsync));
        while (!_stop.IsCancellationRequested)
        {
            await Cluster.MoveSlotAsync(slots[_moves % slots.Length]);
            Interlocked.Increment(ref _moves);
        }
    }
}
