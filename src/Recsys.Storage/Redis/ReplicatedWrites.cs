using System.Collections.Concurrent;
using System.Net;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>
/// Writes that count only once replicas have them. WAIT speaks of what its own connection wrote, so these writes have connections of their own, and one queue a node:
/// all that waits goes out together, with one WAIT behind it.
/// </summary>
internal sealed class ReplicatedWrites(ConnectionMultiplexer multiplexer, RedisStoreOptions options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<EndPoint, ReplicatedQueue> _queues = [];

    /// <summary>Runs a script that writes; returns after enough replicas have it.</summary>
    /// <exception cref="StoreUnavailableException">Too few replicas confirmed it in time. It may have been written.</exception>
    public Task<RedisResult> WriteAsync(string script, RedisKey[] keys, RedisValue[] arguments)
    {
        if (NodeWatch.MasterOf(multiplexer, keys[0]) is not { } server)
            return Task.FromException<RedisResult>(new StoreUnavailableException("Redis can't be reached: no master is connected."));
        var queue = _queues.GetOrAdd(server.EndPoint, (_, s) => new ReplicatedQueue(multiplexer.GetDatabase(options.Database), s, options), server);
        return queue.WriteAsync(new ReplicatedWrite(script, keys, arguments));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues.Values)
            await queue.DisposeAsync().ConfigureAwait(false);
        await multiplexer.DisposeAsync().ConfigureAwait(false);
    }
}
