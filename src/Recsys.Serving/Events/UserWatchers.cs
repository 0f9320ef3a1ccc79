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
    public IDisposable Add(UserKey user, Action onChanged) => Add(new(this, user, onChanged), followsAccount: false);

    /// <summary>
    /// Also tells the watchers of a profile, where there are any, of changes of its account from now on, as long as they watch: its ceiling holds for the profile's list. A change that came just
    /// before is told too, so nothing is missed between reading the account and this.
    /// </summary>
    public void Follow(UserKey profile, UserKey account)
    {
        if (!_watched.TryGetValue(profile, out var watched) || watched.Account?.User == account) return;
        lock (_lock)
        {
            if (watched.Watchers.Length == 0 || watched.Account?.User == account) return;
            var before = watched.Account;
            var follower = new Watcher(this, account, () => Tell(watched.Watchers));

            // First, so that a list that's made at once doesn't follow it again.
            watched.Account = follower;
            Add(follower, followsAccount: true);
            before?.Dispose();
        }
    }

    /// <summary>Tells the watchers of a user.</summary>
    /// <param name="user">Whose list may have changed.</param>
    /// <param name="receivedTimestamp">For events: the <see cref="TimeProvider"/> timestamp of their receipt, by which the next list's freshness is measured; 0: none.</param>
    public void Notify(UserKey user, long receivedTimestamp = 0)
    {
        if (!_watched.TryGetValue(user, out var watched)) return;
        var watchers = watched.Watchers;
        if (receivedTimestamp != 0 && watchers.Length > 0) Interlocked.CompareExchange(ref watched.ReceivedTimestamp, receivedTimestamp, 0);
        Tell(watchers);
        Tell(watched.Followers);
    }

    /// <summary>Tells all watchers of a namespace.</summary>
    public void NotifyNamespace(string ns)
    {
        foreach (var (user, watched) in _watched)
        {
            if (user.Namespace == ns) Tell(watched.Watchers);
        }
    }

    /// <summary>The timestamp of the oldest receipt that no list has followed yet, once; 0: there is none.</summary>
    public long TakeReceived(UserKey user) => _watched.TryGetValue(user, out var watched) ? Interlocked.Exchange(ref watched.ReceivedTimestamp, 0) : 0;

    private Watcher Add(Watcher watcher, bool followsAccount)
    {
        var user = watcher.User;
        lock (_lock)
        {
            var watched = _watched.GetOrAdd(user, static _ => new());
            if (followsAccount) watched.Followers = [.. watched.Followers, watcher];
            else watched.Watchers = [.. watched.Watchers, watcher];
            if (watched.OfOthers is null)
            {
                // It calls back when it has begun.
                watched.OfOthers = store.WatchUser(user, () => Notify(user));
                return watcher;
            }
        }

        watcher.OnChanged();
        return watcher;
    }

    private static void Tell(Watcher[] watchers)
    {
        foreach (var watcher in watchers) watcher.OnChanged();
    }

    private void Remove(Watcher watcher)
    {
        lock (_lock)
        {
            if (!_watched.TryGetValue(watcher.User, out var watched)) return;
            watched.Watchers = Array.FindAll(watched.Watchers, other => other != watcher);
            watched.Followers = Array.FindAll(watched.Followers, other => other != watcher);
            if (watched.Watchers.Length == 0 && watched.Account is { } account)
            {
                watched.Account = null;
                account.Dispose();
            }

            if (watched.Watchers.Length + watched.Followers.Length > 0) return;
            _watched.TryRemove(watcher.User, out _);
            watched.OfOthers?.Dispose();
        }
    }

    private sealed class Watched
    {
        public volatile Watcher[] Watchers = [];

        /// <summary>Of profiles whose account this user is. They tell the profiles' own watchers alone, so accounts of each other aren't told in a circle.</summary>
        public volatile Watcher[] Followers = [];
        public volatile Watcher? Account;
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
