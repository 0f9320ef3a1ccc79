using Microsoft.Data.Sqlite;

namespace Recsys.Storage.Sqlite;

/// <summary>
/// The one thread that writes. It takes all jobs that wait into one transaction, so that they share one sync to disk: the more callers wait, the larger the
/// group, without any timer. Erasures go on between groups, a slice at a time.
/// </summary>
internal sealed class WriterThread
{
    // A group of this weight takes some tens of milliseconds; the next one follows at once.
    private const int MaxGroupWeight = 16384;

    private readonly string _path;
    private readonly WriteSession _session;
    private readonly WaitWhenFullQueue<WriteJob> _queue;
    private readonly Dictionary<long, TaskCompletionSource> _erasureWaiters = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _erasing;

    public WriterThread(string path, WriteSession session, int queueCapacity)
    {
        _path = path;
        _session = session;
        _queue = new WaitWhenFullQueue<WriteJob>(queueCapacity);
        _erasing = session.Erasures.Next() != 0;
        new Thread(Run) { Name = "recsys store writer", IsBackground = true }.Start();
    }

    /// <summary>Runs the write within a group's transaction; returns when it's durable. A cancelled call gives up its wait for a place in the queue, and nothing later: who
    /// was told "cancelled" about a write that's stored would go on with what is no longer true.</summary>
    /// <exception cref="StoreUnavailableException">It couldn't be stored; nothing of it was.</exception>
    public async ValueTask<T> WriteAsync<T>(int weight, Func<WriteSession, T> write, CancellationToken cancellationToken)
    {
        var job = new WriteJob<T>(weight, write);
        await _queue.EnqueueAsync(job, cancellationToken);
        return await job.Completion;
    }

    /// <summary>Deletes a user; returns when nothing is left of it, whether there was anything.</summary>
    public async ValueTask<bool> EraseAsync(UserKey key, CancellationToken cancellationToken)
    {
        var erased = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var job = new WriteJob<bool>(4, session =>
        {
            long user = session.Erasures.Start(key);
            if (user == 0)
                return false;
            _erasureWaiters[user] = erased;
            return true;
        });
        await _queue.EnqueueAsync(job, cancellationToken);
        if (!await job.Completion)
            return false;
        await erased.Task.WaitAsync(cancellationToken);
        return true;
    }

    /// <summary>Writes what waits, then ends. Erasures that aren't through go on when the store is next opened.</summary>
    public async ValueTask CloseAsync()
    {
        _queue.Close();
        await _ended.Task;
    }

    private void Run()
    {
        var group = new List<WriteJob>();
        try
        {
            while (_queue.Take(group, job => job.Weight, MaxGroupWeight, wait: !_erasing))
            {
                if (group.Count > 0)
                    WriteGroup(group);
                group.Clear();
                if (_erasing)
                    EraseSlice();
            }
        }
        finally
        {
            var closed = new ObjectDisposedException(nameof(SqliteStore));
            foreach (var waiter in _erasureWaiters.Values)
                waiter.TrySetException(closed);
            _ended.SetResult();
        }
    }

    private void WriteGroup(List<WriteJob> group)
    {
        try
        {
            _session.Transact(session =>
            {
                foreach (var job in group)
                    job.Write(session);
            });
        }
        catch (Exception) when (group.Count > 1)
        {
            // One bad job must not fail the others: each is tried by itself, and the bad one reports its own error.
            foreach (var job in group)
                WriteGroup([job]);
            return;
        }
        catch (Exception error)
        {
            group[0].Fail(error is SqliteException sqlite ? SqliteErrors.Unavailable(_path, sqlite) : error);
            return;
        }

        foreach (var job in group)
            job.Complete();
        // Also takes up again what an error had stopped.
        _erasing = _session.Erasures.Next() != 0;
    }

    private void EraseSlice()
    {
        try
        {
            long user = _session.Erasures.Next();
            if (user == 0)
            {
                _erasing = false;
                return;
            }

            _session.Transact(session => session.Erasures.EraseSlice(user));
            if (!_session.Erasures.IsPending(user) && _erasureWaiters.Remove(user, out var waiter))
                waiter.SetResult();
        }
        catch (SqliteException error)
        {
            // The rest waits for the next group that can be written, or for the next start; it's invisible already.
            _erasing = false;
            var unavailable = SqliteErrors.Unavailable(_path, error);
            foreach (var waiter in _erasureWaiters.Values)
                waiter.TrySetException(unavailable);
            _erasureWaiters.Clear();
        }
    }
}
