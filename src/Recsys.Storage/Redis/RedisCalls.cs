using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>Calls of Redis: its errors become the store's, and what a moving slot turns away is tried again for a while.</summary>
internal sealed class RedisCalls(IDatabase database, ReplicatedWrites? replicated, TimeSpan timeout, TimeProvider time)
{
    // Every call says by itself whether it may be repeated: a write whose answer is lost must not be written twice.
    private const CommandFlags WriteFlags = CommandFlags.DemandMaster | CommandFlags.CommandRetryNever;
    private const CommandFlags ReadFlags = CommandFlags.DemandMaster;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // After a redirection that was not followed the next try goes straight to the node that was named. More tries would only make everybody wait while that node is down.
    private static readonly TimeSpan PatienceWithRedirects = TimeSpan.FromMilliseconds(50);

    // The library ends calls by itself after the time-out. If one should hang nevertheless, its caller, with a queue of events behind it, must not hang with it.
    private readonly TimeSpan _limit = timeout * 2;

    private readonly NodeWatch _nodes = new(database.Multiplexer, timeout, time);

    private volatile string? _loss;

    /// <summary>Why no call is made any more; null: they are.</summary>
    public string? Loss => _loss;

    /// <summary>From now on every call fails.</summary>
    public void Lose(string why) => _loss ??= why;

    /// <summary>Refuses to go on with a store that isn't the one that was opened.</summary>
    /// <exception cref="StoreUnavailableException">It was lost.</exception>
    public void ThrowIfLost()
    {
        if (_loss is { } loss)
            throw new StoreUnavailableException(loss);
    }

    /// <summary>Runs a script that only reads.</summary>
    public Task<RedisResult> ReadAsync(string script, RedisKey[] keys, RedisValue[] arguments) =>
        CallAsync(keys[0], (script, keys, arguments), static (db, c) => db.ScriptEvaluateAsync(c.script, c.keys, c.arguments, ReadFlags));

    /// <summary>Runs a script that writes; returns when it's as durable as the store promises.</summary>
    public Task<RedisResult> WriteAsync(string script, RedisKey[] keys, RedisValue[] arguments) => replicated is null
        ? CallAsync(keys[0], (script, keys, arguments), static (db, c) => db.ScriptEvaluateAsync(c.script, c.keys, c.arguments, WriteFlags))
        : CallAsync(keys[0], (replicated, script, keys, arguments), static (_, c) => c.replicated.WriteAsync(c.script, c.keys, c.arguments));

    /// <summary>Makes a call of one key.</summary>
    /// <exception cref="StoreUnavailableException">It failed.</exception>
    public Task<T> CallAsync<T>(RedisKey key, Func<IDatabase, RedisKey, Task<T>> call) => CallAsync(key, key, call);

    /// <summary>Makes a call.</summary>
    /// <param name="key">Tells which node is called.</param>
    /// <param name="state">What the call needs.</param>
    /// <param name="call">Makes it.</param>
    /// <exception cref="StoreUnavailableException">It failed.</exception>
    public async Task<T> CallAsync<TState, T>(RedisKey key, TState state, Func<IDatabase, TState, Task<T>> call)
    {
        ThrowIfLost();
        var node = _nodes.Of(key);
        var pause = FirstPause;
        long start = time.GetTimestamp();
        while (true)
        {
            try
            {
                var result = await call(database, state).WaitAsync(_limit, time).ConfigureAwait(false);
                node?.Answered();
                return result;
            }
            catch (Exception error) when (time.GetElapsedTime(start) < PatienceAfter(error))
            {
                await Task.Delay(pause, time).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (Exception error) when (RedisErrors.Translate(error) is { } translated)
            {
                if (error is TimeoutException) node?.TimedOut(start);
                else if (error is RedisServerException) node?.Answered();
                throw translated;
            }
        }
    }

    // How long after its begin a call that failed so is made again.
    private static TimeSpan PatienceAfter(Exception error) =>
        RedisErrors.IsOnTheMove(error) ? Patience
        : RedisErrors.IsUnfollowedRedirect(error) ? PatienceWithRedirects
        : TimeSpan.Zero;
}
