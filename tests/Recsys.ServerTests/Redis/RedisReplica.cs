using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Redis;

/// <summary>A `recsys serve --redis` that can be killed and started again.</summary>
internal sealed class RedisReplica : IAsyncDisposable
{
    private readonly string[] _arguments;
    private ServerProcess? _process;

    private RedisReplica(string[] arguments, ServerProcess process)
    {
        _arguments = arguments;
        _process = process;
    }

    public ServerProcess Process => _process ?? throw new ObjectDisposedException(nameof(RedisReplica));

    public Clients Clients => Process.Clients;

    /// <param name="redis">Addresses.</param>
    /// <param name="arguments">More arguments of `recsys serve`.</param>
    public static async Task<RedisReplica> StartAsync(string redis, params string[] arguments)
    {
        string[] all = ["--redis", redis, .. arguments];
        return new(all, await ServerProcess.StartAsync("unused.db", all));
    }

    /// <summary>Starts the replicas of one store, one after the other.</summary>
    public static async Task<RedisReplica[]> StartAsync(int count, string redis, params string[] arguments)
    {
        var replicas = new List<RedisReplica>();
        for (var i = 0; i < count; i++) replicas.Add(await StartAsync(redis, arguments));
        return [.. replicas];
    }

    /// <summary>kill -9, and a new one in its place.</summary>
    public async Task KillAndStartAsync()
    {
        var killed = Process;
        await killed.KillAsync();
        _process = null;
        await killed.DisposeAsync();
        _process = await ServerProcess.StartAsync("unused.db", _arguments);
    }

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? default;
}
