using System.Collections.Concurrent;
using Recsys.Storage;

namespace Recsys.Serving.Events;

/// <summary>
/// Who wants to know when a user's list may have changed, by this process or, on a shared store, by another. Telling takes no lock; callbacks run where the change was committed
/// or heard of.
/// </summary>
internal sealed class UserWatchers(IRecsysStore store)
{
    private readonly ConcurrentDictionary<UserKey, Watched> _watched = new();
    private readonly Lock _lock = new();

    /// <summary>Calls back once when no later change can be missed, and after each change.</summary>
    public IDisposable Add(UserKey user, Action onChanged)
    {
        var watcher = new Watcher(this, user, onChanged);
        lock (_lock)
        {
            var watched = _watched.GetOrAdd(user, static _ => new());
            watched.Watchers = [.. watched.Watchers, watcher];
            if (watched.OfOthers is null)
            {
                // It calls back when it has begun.
                watched.OfOthers = store.WatchUser(user, () => Notify(user));
                return watcher;
            }
        }

        onChanged();
        return watcher;
    }

    /// <summary>Tells the watchers of a user.</summary>
    /// <param name="user">Whose list may have changed.</param>
    /// <param name="receivedTimestamp">For events: the <see cref="TimeProvider"/> timestamp of their receipt, by which the next list's freshness is measured; 0: none.</param>
    public void Notify(UserKey user, long receivedTimestamp = 0)
    {
        if (!_watched.TryGetValue(user, out var watched)) return;
        if (receivedTimestamp != 0) Interlocked.CompareExchange(ref watched.ReceivedTimestamp, receivedTimestamp, 0);
        foreach (var watcher in watched.Watchers) watcher.OnChanged();
    }

    /// <summary>Tells all watchers of a namespace.</summary>
    public void NotifyNamespace(string ns)
    {
        foreach (var (user, watched) in _watched)
        {
            if (user.Namespace != ns) continue;
            foreach (var watcher in watched.Watchers) watcher.OnChanged();
        }
    }

    /// <summary>The timestamp of the oldest receipt that no list has followed yet, once; 0: there is none.</summary>
    public long TakeReceived(UserKey user) => _watched.TryGetValue(user, out var watched) ? Interlocked.Exchange(ref watched.ReceivedTimestamp, 0) : 0;

    private void Remove(Watcher watcher)
    {
        lock (_lock)
        {
            if (!_watched.TryGetValue(watcher.User, out var watched)) return;
            watched.Watchers = Array.FindAll(watched.Watchers, other => other != watcher);
            if (watched.Watchers.Length > 0) return;
            _watched.TryRemove(watcher.User, out _);
            watched.OfOthers?.Dispose();
        }
    }

    private sealed class Watched
    {
        public volatile Watcher[] Watchers = [];
        public IDisposable? OfOthers;
        public long ReceivedTimestamp;
    }

    private sealed class Watcher(UserWatchers owner, UserKey user, Action onChanged) : IDisposable
    {
        public UserKey User => user;

        public void OnChanged() => onChanged();

        public void Dispose() => owner.Remove(this);
    }
}
