using Google.Rpc;
using Recsys.Server.Errors;
using Recsys.Server.Hosting;
using Recsys.Serving;
using Recsys.Serving.Lists;
using Recsys.Storage;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.Server.Streaming;

/// <summary>
/// Which lists a stream owes. A change of a user marks the user's subscriptions; the list itself is made when the writer is ready to send it. So a slow
/// reader gets the newest list of each user and costs one flag a subscription: replacing an owed list by a newer one is how this queue drops the oldest.
/// Subscriptions are added and removed by the stream's reader alone; marks come from engine threads.
/// </summary>
internal sealed class LatestListOutbox(Engine engine, StreamOptions limits, ServerMetrics metrics, StreamSignal toWriter) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UserKey, List<Subscription>> _byUser = [];
    private readonly Queue<Subscription> _dropOldestDirty = new();
    private int _count;
    private int _itemIdCount;
    private int _endedInQueue;
    private int _notBegun;
    private bool _disposed;

    /// <summary>True: no list is owed, nor will be when a watch begins.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock) return _dropOldestDirty.Count == 0 && _notBegun == 0;
        }
    }

    /// <summary>Owes a list at once and after each change of the user. Replaces the subscription of the same user and placement.</summary>
    /// <returns>Null, or why the stream can't take it.</returns>
    public RpcStatus? Subscribe(ListRequest request)
    {
        var user = new UserKey(request.Namespace, request.UserIds[0]);
        var subscription = new Subscription(request);
        var others = _byUser.GetValueOrDefault(user);
        var replaced = others?.Find(other => other.Request.Placement == request.Placement);
        if (_count - (replaced is null ? 0 : 1) >= limits.MaxSubscriptions)
            return Refusal($"a stream takes at most {limits.MaxSubscriptions} subscriptions");
        if (_itemIdCount - (replaced?.ItemIdCount ?? 0) + subscription.ItemIdCount > limits.MaxSubscriptionItemIds)
            return Refusal($"the subscriptions of a stream include and exclude at most {limits.MaxSubscriptionItemIds} item ids, and a filter counts as one for each 32 characters");

        if (others is null) _byUser[user] = others = [];
        if (replaced is not null) End(others, replaced);
        others.Add(subscription);
        _count++;
        _itemIdCount += subscription.ItemIdCount;
        metrics.SubscriptionsChanged(1);

        // The first list is owed when the watch begins: a change in between is not missed, and no list made twice. Not under our lock: the engine calls back under its own.
        lock (_lock) _notBegun++;
        subscription.Watch = engine.Watch(user, () => Mark(subscription));
        return null;
    }

    /// <summary>Owes no more lists of a user, in any placement.</summary>
    public void Unsubscribe(UserKey user)
    {
        if (!_byUser.TryGetValue(user, out var subscriptions)) return;
        while (subscriptions.Count > 0) End(subscriptions, subscriptions[^1]);
        _byUser.Remove(user);
    }

    /// <summary>The request of the list that has been owed longest.</summary>
    public bool TryTake(out ListRequest request)
    {
        lock (_lock)
        {
            while (_dropOldestDirty.TryDequeue(out var subscription))
            {
                subscription.Dirty = false;
                if (subscription.Ended)
                {
                    _endedInQueue--;
                    continue;
                }

                request = subscription.Request;
                return true;
            }
        }

        request = null!;
        return false;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
        }

        foreach (var user in _byUser.Keys.ToArray()) Unsubscribe(user);
    }

    private static RpcStatus Refusal(string message) => RpcErrors.Make(Code.ResourceExhausted, RpcErrors.TooManySubscriptions, message);

    private void Mark(Subscription subscription)
    {
        lock (_lock)
        {
            if (subscription.Ended) return;
            if (!subscription.Begun) _notBegun--;
            subscription.Begun = true;
            if (subscription.Dirty) return;
            subscription.Dirty = true;
            _dropOldestDirty.Enqueue(subscription);
        }

        toWriter.Set();
    }

    private void RemoveEnded()
    {
        for (var i = _dropOldestDirty.Count; i > 0; i--)
        {
            var subscription = _dropOldestDirty.Dequeue();
            if (!subscription.Ended) _dropOldestDirty.Enqueue(subscription);
        }

        _endedInQueue = 0;
    }

    private void End(List<Subscription> subscriptions, Subscription subscription)
    {
        lock (_lock)
        {
            subscription.Ended = true;
            if (!subscription.Begun) _notBegun--;
            if (subscription.Dirty) _endedInQueue++;

            // A client that keeps replacing subscriptions and never reads must not grow the queue.
            if (_endedInQueue > 16 + _dropOldestDirty.Count / 2) RemoveEnded();
        }

        subscription.Dispose();
        subscriptions.Remove(subscription);
        _count--;
        _itemIdCount -= subscription.ItemIdCount;
        metrics.SubscriptionsChanged(-1);
    }
}
