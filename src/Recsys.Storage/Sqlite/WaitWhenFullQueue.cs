namespace Recsys.Storage.Sqlite;

/// <summary>A bounded queue from many asynchronous callers to one thread: who comes when it's full waits for a place.</summary>
internal sealed class WaitWhenFullQueue<T>(int capacity) : IDisposable
    where T : class
{
    private readonly SemaphoreSlim _places = new(capacity);
    private readonly Queue<T> _items = new();
    private readonly object _gate = new();
    private bool _closed;

    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    public async ValueTask EnqueueAsync(T item, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        bool closed;
        lock (_gate)
        {
            closed = _closed;
            if (!closed)
            {
                _items.Enqueue(item);
                Monitor.Pulse(_gate);
            }
        }

        if (closed)
        {
            // Passes the place on, so that everybody who still waits learns of it too.
            _places.Release();
            throw new ObjectDisposedException(nameof(SqliteStore));
        }
    }

    /// <summary>
    /// Moves what waits to <paramref name="taken"/>, in order, until its weights reach <paramref name="maxWeight"/>. Blocks for the first item if told to
    /// wait. False: the queue is closed and empty.
    /// </summary>
    public bool Take(List<T> taken, Func<T, int> weigh, int maxWeight, bool wait)
    {
        lock (_gate)
        {
            while (wait && _items.Count == 0 && !_closed)
                Monitor.Wait(_gate);
            if (_closed && _items.Count == 0)
                return false;
            for (int weight = 0; weight < maxWeight && _items.TryDequeue(out var item);)
            {
                taken.Add(item);
                weight += weigh(item);
            }
        }

        if (taken.Count > 0)
            _places.Release(taken.Count);
        return true;
    }

    /// <summary>Nothing more comes in; what waits can still be taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void Dispose() => _places.Dispose();
}
