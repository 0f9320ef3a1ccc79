using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Recsys.Storage;

namespace Recsys.Serving.Events;

/// <summary>
/// Serialises whatever changes a user. Each user belongs to one of a few shards; a shard's loop takes everything that waits, and its events become one load and one commit,
/// so the busier it is, the larger the commits. No timers. Above the bound writes are refused at once instead of waiting.
/// </summary>
internal sealed class UserMailboxes : IAsyncDisposable
{
    private const int ShardCount = 16;
    private const int MaxBatch = 2_048;

    private readonly Channel<MailboxEntry>[] _queues = new Channel<MailboxEntry>[ShardCount];
    private readonly Task[] _loops = new Task[ShardCount];
    private readonly UserWatchers _watchers;
    private readonly ServingMetrics _metrics;
    private readonly int _maxPending;
    private int _pending;

    /// <param name="newCommitter">Makes the committer of one shard; it's only ever used by one call at a time.</param>
    /// <param name="watchers">Told after each piece of work.</param>
    /// <param name="metrics">Counts what didn't fit.</param>
    /// <param name="maxPending">Entries that may wait, in all shards together.</param>
    /// <param name="logger">For what should never happen.</param>
    public UserMailboxes(Func<EventCommitter> newCommitter, UserWatchers watchers, ServingMetrics metrics, int maxPending, ILogger logger)
    {
        _watchers = watchers;
        _metrics = metrics;
        _maxPending = maxPending;
        for (var i = 0; i < ShardCount; i++)
        {
            // Unbounded by itself: _pending bounds all shards together.
            var queue = _queues[i] = Channel.CreateUnbounded<MailboxEntry>(new() { SingleReader = true });
            var committer = newCommitter();
            _loops[i] = Task.Run(() => LoopAsync(queue.Reader, committer, logger));
        }
    }

    /// <summary>Entries that wait or are being committed.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Queues events, each user's in the order given, and returns their outcomes when all are settled. All of them are Overloaded where they don't fit.</summary>
    public async ValueTask<IReadOnlyList<EventOutcome>> WriteAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        var count = write.Events.Count;
        if (count == 0) return [];
        if (!TryReserve(count))
        {
            for (var i = 0; i < count; i++) write.Settle(i, EventOutcome.Overloaded);
            _metrics.Events(EventOutcome.Overloaded, count);
            return await write.Done;
        }

        for (var i = 0; i < count; i++)
        {
            if (QueueOf(new(write.Namespace, write.Events[i].UserId)).TryWrite(new(write, i, null))) continue;
            Interlocked.Add(ref _pending, i - count);
            throw new ObjectDisposedException(nameof(Engine));
        }

        return await write.Done.WaitAsync(cancellationToken);
    }

    /// <summary>Runs work on a user when everything queued before it is settled, with no event of the user committed meanwhile by this process. Watchers are told afterwards.</summary>
    /// <exception cref="EngineException">Overloaded; or what the work throws.</exception>
    public async ValueTask<T> RunAsync<T>(UserKey user, Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        var entry = new MailboxWorkOf<T>(work, cancellationToken);
        if (!TryReserve(1)) throw new EngineException(EngineErrorKind.Overloaded, "QUEUE_FULL", $"{_maxPending} changes wait to be stored, and no more fit. Try again.");
        if (!QueueOf(user).TryWrite(new(null, 0, entry)))
        {
            Interlocked.Decrement(ref _pending);
            throw new ObjectDisposedException(nameof(Engine));
        }

        return await NotifyingAsync(user, new ValueTask<T>(entry.Done));
    }

    /// <summary>Runs work on two users at once.</summary>
    /// <inheritdoc cref="RunAsync{T}(UserKey, Func{CancellationToken, ValueTask{T}}, CancellationToken)" path="/exception"/>
    public ValueTask<T> RunAsync<T>(UserKey first, UserKey second, Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        var (lower, upper) = ShardOf(first) <= ShardOf(second) ? (first, second) : (second, first);
        if (ShardOf(lower) == ShardOf(upper)) return NotifyingAsync(upper, RunAsync(lower, work, cancellationToken));

        // A lower shard may wait for a higher one, never the other way round: no two pieces of work can wait for each other.
        return RunAsync(lower, inner => RunAsync(upper, work, inner), cancellationToken);
    }

    /// <summary>Settles what is queued and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        // In order, because work on two users in a lower shard still needs the higher one.
        for (var i = 0; i < ShardCount; i++)
        {
            _queues[i].Writer.TryComplete();
            await _loops[i];
        }
    }

    private static int ShardOf(UserKey user) => (int)((uint)user.GetHashCode() % ShardCount);

    private ChannelWriter<MailboxEntry> QueueOf(UserKey user) => _queues[ShardOf(user)].Writer;

    private async ValueTask<T> NotifyingAsync<T>(UserKey user, ValueTask<T> work)
    {
        try
        {
            return await work;
        }
        finally
        {
            // Also where it failed or was cancelled: something of it may have been done, such as the first step of a deletion.
            _watchers.Notify(user);
        }
    }

    private bool TryReserve(int count)
    {
        if (Interlocked.Add(ref _pending, count) <= _maxPending) return true;
        Interlocked.Add(ref _pending, -count);
        return false;
    }

    private async Task LoopAsync(ChannelReader<MailboxEntry> queue, EventCommitter committer, ILogger logger)
    {
        var batch = new List<MailboxEntry>();
        while (await queue.WaitToReadAsync())
        {
            while (queue.TryRead(out var entry))
            {
                if (entry.Work is null) batch.Add(entry);
                if (entry.Work is not null || batch.Count == MaxBatch) await CommitAsync(batch, committer, logger);
                if (entry.Work is null) continue;
                await entry.Work.RunAsync();
                Interlocked.Decrement(ref _pending);
            }

            await CommitAsync(batch, committer, logger);
        }
    }

    private async Task CommitAsync(List<MailboxEntry> batch, EventCommitter committer, ILogger logger)
    {
        if (batch.Count == 0) return;
        try
        {
            await committer.CommitAsync(batch);
        }
#pragma warning disable CA1031 // A defect met by one batch must not stop the events of all other users: it's logged as an error, the batch is answered, the loop lives on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.CommitFailed(e, batch.Count);
            committer.Abandon();
        }

        Interlocked.Add(ref _pending, -batch.Count);
        batch.Clear();
    }
}
