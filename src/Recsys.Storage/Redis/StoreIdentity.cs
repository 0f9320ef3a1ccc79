using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>
/// Watches whether Redis still holds the store that was opened, by the identity in its header. A store that was emptied or made anew numbers its items from the start: what this
/// process has in memory would name others. So it's never used again but by a process that opens it. Nor is one that a newer program has brought to a format of its own.
/// </summary>
internal sealed class StoreIdentity(RedisKeys keys, RedisCalls calls, string identity)
{
    private static readonly RedisValue[] Fields = [StoreHeader.Identity, StoreHeader.FormatName];

    /// <summary>Awaits a call that was made just now, and asks for the identity behind it: on one connection both are one round trip.</summary>
    /// <exception cref="StoreUnavailableException">The call failed, or the store is another one.</exception>
    public async Task<T> CheckedAsync<T>(Task<T> call)
    {
        await CheckAsync().ConfigureAwait(false);
        var result = await call.ConfigureAwait(false);
        calls.ThrowIfLost();
        return result;
    }

    private async Task CheckAsync()
    {
        try
        {
            var found = await calls.CallAsync(keys.Store, static (db, key) => db.HashGetAsync(key, Fields, CommandFlags.DemandMaster)).ConfigureAwait(false);
            if (found[0] != identity)
                calls.Lose(Describe(found[0]));
            else if (!found[1].TryParse(out int format) || format > StoreHeader.Format)
                calls.Lose($"A newer program has brought the store in Redis to version {found[1]} (key {keys.Store}); this program knows versions up to {StoreHeader.Format}. Use a newer program.");
        }
        catch (StoreUnavailableException)
        {
            // Who can't be asked says nothing of the store; whether the call itself went well is its own matter.
        }
    }

    private string Describe(RedisValue found)
    {
        string what = found.IsNull ? $"the header {keys.Store} is gone" : $"{keys.Store} is the header of another store";
        return $"Redis doesn't hold the store any more that this process opened: {what}. Its data was lost or replaced, as by FLUSHALL or by a restart without a file. "
            + "Item numbers, catalogue and models in this process' memory don't fit what is there now, so it uses the store no more. "
            + "Restore the data if there is a back-up, then start this server again.";
    }
}
