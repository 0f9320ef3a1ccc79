using Recsys.Tests.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>One Cluster for the tests of a class, each on a prefix of its own.</summary>
public sealed class SharedRedisCluster : IAsyncLifetime
{
    internal RedisClusterProcesses Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await RedisClusterProcesses.StartAsync("appendonly", "no");

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
