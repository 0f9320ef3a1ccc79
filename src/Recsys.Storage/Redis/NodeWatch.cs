using System.Collections.Concurrent;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>
/// Remembers which nodes hang, so that not every call waits out a time-out of its own: while one does, calls to it fail at once, and PING is sent in the background until it's answered.
/// (The circuit breaker; Nygard: Release It!, 2007.) A node hangs when a call timed out and nothing was answered since that call began.
/// </summary>
internal sealed class NodeWatch(IConnectionMultiplexer multiplexer, TimeSpan timeout, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<System.Net.EndPoint, Node> _nodes = new();

    /// <summary>The node that calls of a key go to; null: none is connected, which the call will say by itself.</summary>
    /// <exception cref="StoreUnavailableException">It hangs.</exception>
    public Node? Of(RedisKey key)
    {
        if (MasterOf(multiplexer, key) is not { } server) return null;
        var node = _nodes.GetOrAdd(server.EndPoint, static (_, of) => new Node(of.server, of.timeout, of.time), (server, timeout, time));
        node.ThrowIfHanging();
        return node;
    }

    /// <summary>The master of a key; null: none is connected.</summary>
    public static IServer? MasterOf(IConnectionMultiplexer multiplexer, RedisKey key)
    {
        try
        {
            return multiplexer.GetServer(key, flags: CommandFlags.DemandMaster);
        }
        catch (Exception error) when (error is RedisException or InvalidOperationException)
        {
            // The library has no way to ask without.
            return null;
        }
    }

    /// <summary>One node.</summary>
    internal sealed class Node(IServer server, TimeSpan timeout, TimeProvider time)
    {
        private long _lastAnswer;
        private int _hangs;

        /// <summary>Fails while it hangs.</summary>
        public void ThrowIfHanging()
        {
            if (Volatile.Read(ref _hangs) == 1)
                throw new StoreUnavailableException($"Redis at {server.EndPoint} has stopped to answer.");
        }

        /// <summary>It answered, with whatever.</summary>
        public void Answered()
        {
            Volatile.Write(ref _lastAnswer, time.GetTimestamp());
            Volatile.Write(ref _hangs, 0);
        }

        /// <summary>A call that began then wasn't answered in time.</summary>
        public void TimedOut(long began)
        {
            if (Volatile.Read(ref _lastAnswer) < began && Interlocked.Exchange(ref _hangs, 1) == 0)
                _ = PingAsync();
        }

        private async Task PingAsync()
        {
            while (Volatile.Read(ref _hangs) == 1)
            {
                try
                {
                    await server.PingAsync().WaitAsync(timeout, time).ConfigureAwait(false);
                    Answered();
                }
                catch (TimeoutException)
                {
                    await Task.Delay(Pause, time).ConfigureAwait(false);
                }
                catch (Exception error) when (RedisErrors.Translate(error) is not null)
                {
                    // It's not connected any more, and that's told at once anyway.
                    Volatile.Write(ref _hangs, 0);
                }
            }
        }
    }
}
