using Recsys.Tests.Redis;

namespace Recsys.Tests.Storage.Redis;

/// <summary>One Redis for the tests of a class, each on a prefix of its own. It doesn't sync, which costs most of the time; durability has its own tests.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    internal RedisProcess Process { get; private set; } = null!;

    public async Task InitializeAsync() => Process = await RedisProcess.StartAsync("appendonly", "no");

    public async Task DisposeAsync() => await Process.DisposeAsync();
}
