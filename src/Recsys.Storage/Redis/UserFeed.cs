using System.Collections.Concurrent;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>
/// Tells which watched users other processes change: a commit's script publishes on the user's channel, which nobody listens to as a rule. The channel belongs to the
/// user's slot (sharded publish and subscribe, Redis 7), so that in a Cluster only the node of the user and its listeners have to do with it.
/// </summary>
internal sealed class UserFeed : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly ConnectionMultiplexer _multiplexer;
    private readonly RedisKeys _keys;
    private readonly ConcurrentDictionary<Watch, byte> _watches = new();
    private readonly CancellationTokenSource _closing = new();

    public UserFeed(ConnectionMultiplexer multiplexer, RedisKeys keys)
    {
        _multiplexer = multiplexer;
        _keys = keys;
        _multiplexer.ConnectionRestored += OnConnectionRestored;
    }

    /// <summary>What this process' commits publish, by which it knows them for its own.</summary>
    public RedisValue Origin { get; } = Guid.NewGuid().ToString("N");

    /// <inheritdoc cref="IRecsysStore.WatchUser"/>
    public IDisposable Add(UserKey user, Action onChanged)
    {
        var watch = new Watch(this, RedisChannel.Sharded(_keys.Of(user).Channel), onChanged);
        _watches[watch] = 0;
        _ = BeginAsync(watch);
        return watch;
    }

    public async ValueTask DisposeAsync()
    {
        _multiplexer.ConnectionRestored -= OnConnectionRestored;
        await _closing.CancelAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    // The library subscribes anew by itself after a connection was lost; what was published meanwhile is gone.
    private void OnConnectionRestored(object? sender, ConnectionFailedEventArgs restored)
    {
        if (restored.ConnectionType != ConnectionType.Subscription) return;
        foreach (var watch in _watches.Keys)
            watch.OnChanged();
    }

    private async Task BeginAsync(Watch watch)
    {
        var closing = _closing.Token;
        for (var pause = FirstPause; _watches.ContainsKey(watch); pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            bool isListening = await TryListenAsync(watch).ConfigureAwait(false);
            watch.OnChanged();
            if (isListening) break;
            try
            {
                await Task.Delay(pause, closing).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<bool> TryListenAsync(Watch watch)
    {
        try
        {
            await _multiplexer.GetSubscriber().SubscribeAsync(watch.Channel, watch.OnMessage).ConfigureAwait(false);
            // It may have been given up meanwhile.
            if (!_watches.ContainsKey(watch)) Unsubscribe(watch);
            return true;
        }
        catch (Exception error) when (RedisErrors.Translate(error) is not null)
        {
            // The library would keep it; the next try would add it once more.
            Unsubscribe(watch);
            return false;
        }
    }

    private void Remove(Watch watch)
    {
        if (_watches.TryRemove(watch, out _)) Unsubscribe(watch);
    }

    private void Unsubscribe(Watch watch)
    {
        try
        {
            _multiplexer.GetSubscriber().Unsubscribe(watch.Channel, watch.OnMessage, CommandFlags.FireAndForget);
        }
        catch (Exception error) when (RedisErrors.Translate(error) is not null)
        {
            // Without a connection there is nothing to end, and the library has forgotten the handler already.
        }
    }

    private sealed class Watch(UserFeed feed, RedisChannel channel, Action onChanged) : IDisposable
    {
        public RedisChannel Channel => channel;

        public Action OnChanged => onChanged;

        public void OnMessage(RedisChannel from, RedisValue origin)
        {
            if (origin != feed.Origin) onChanged();
        }

        public void Dispose() => feed.Remove(this);
    }
}
