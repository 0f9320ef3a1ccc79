using System.Threading.Channels;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>
/// The writes to one node, in batches: writes, then WAIT, between two CLIENT IDs. A connection that broke and came back in between has another id, and then WAIT spoke of
/// nothing. Bounded by its callers, who wait for their write.
/// </summary>
internal sealed class ReplicatedQueue : IAsyncDisposable
{
    private const int MaxBatch = 1000;

    // The script isn't sent anywhere else than where WAIT goes: a slot that moved is found again by the caller.
    private const CommandFlags Flags = CommandFlags.DemandMaster | CommandFlags.NoRedirect | CommandFlags.CommandRetryNever;

    private readonly IDatabase _database;
    private readonly IServer _server;
    private readonly int _replicas;
    private readonly int _waitMs;
    private readonly Channel<ReplicatedWrite> _waiting = Channel.CreateUnbounded<ReplicatedWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _loop;

    public ReplicatedQueue(IDatabase database, IServer server, RedisStoreOptions options)
    {
        _database = database;
        _server = server;
        _replicas = options.Replicas;
        // The call itself must not run out of time before WAIT says what it knows.
        _waitMs = Math.Max(1, (int)(options.Timeout.TotalMilliseconds * 3 / 4));
        _loop = Task.Run(RunAsync);
    }

    public Task<RedisResult> WriteAsync(ReplicatedWrite write)
    {
        if (!_waiting.Writer.TryWrite(write))
            write.Fail(new StoreUnavailableException("The store is closed."));
        return write.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var batch = new List<ReplicatedWrite>();
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var write))
                batch.Add(write);
            await SendAsync(batch).ConfigureAwait(false);
            batch.Clear();
        }
    }

    private async Task SendAsync(List<ReplicatedWrite> batch)
    {
        var answers = new Task<RedisResult>[batch.Count];
        Exception? doubt;
        try
        {
            var before = _server.ExecuteAsync("CLIENT", "ID");
            for (int i = 0; i < answers.Length; i++)
                answers[i] = _database.ScriptEvaluateAsync(batch[i].Script, batch[i].Keys, batch[i].Arguments, Flags);
            var confirmed = _server.ExecuteAsync("WAIT", _replicas, _waitMs);
            var after = _server.ExecuteAsync("CLIENT", "ID");
            doubt = await DoubtAsync(before, confirmed, after).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Nothing may end the loop: who waits is told, and the next batch gets its chance.
            doubt = error;
        }

        for (int i = 0; i < answers.Length; i++)
            await SettleAsync(batch[i], answers[i], doubt).ConfigureAwait(false);
    }

    private async Task<Exception?> DoubtAsync(Task<RedisResult> before, Task<RedisResult> confirmed, Task<RedisResult> after)
    {
        long replicas = (long)await confirmed.ConfigureAwait(false);
        if ((long)await before.ConfigureAwait(false) != (long)await after.ConfigureAwait(false))
            return new StoreUnavailableException($"The connection to Redis at {_server.EndPoint} broke during a write; it may have been written.");
        return replicas >= _replicas
            ? null
            : new StoreUnavailableException($"{replicas} of {_replicas} replicas of Redis at {_server.EndPoint} confirmed a write within {_waitMs} ms; it may have been written.");
    }

    private static async Task SettleAsync(ReplicatedWrite write, Task<RedisResult>? answer, Exception? doubt)
    {
        try
        {
            if (answer is null)
                write.Fail(doubt!);
            else if (await answer.ConfigureAwait(false) is var result && doubt is null)
                write.Succeed(result);
            else
                write.Fail(doubt!);
        }
        catch (Exception error)
        {
            // The write's own failure says more: a slot that moved wrote nothing and can be tried again.
            write.Fail(error);
        }
    }
}
