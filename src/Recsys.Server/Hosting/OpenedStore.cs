using Recsys.Storage;
using Recsys.Storage.Redis;
using Recsys.Storage.Sqlite;

namespace Recsys.Server.Hosting;

/// <summary>The store that a server serves from.</summary>
/// <param name="Store">The store.</param>
/// <param name="Name">What the log calls it.</param>
/// <param name="Warnings">What keeps it from its promise, a sentence each.</param>
internal sealed record OpenedStore(IRecsysStore Store, string Name, IReadOnlyList<string> Warnings)
{
    // An orchestrator starts Redis and its servers at once.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>Opens the one that the options name; waits for a Redis that isn't there yet.</summary>
    /// <exception cref="StartupException">It can't be opened, in words that say why.</exception>
    public static async Task<OpenedStore> OpenAsync(ServeOptions serve, RedisOptions redis, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            if (redis.Redis.Length == 0)
            {
                var file = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = serve.Db, OwnerDescription = "recsys, starting" }, cancellationToken);
                return new(file, file.Path, []);
            }

            var shared = await OpenRedisAsync(redis, time, log, cancellationToken);
            return new(shared, $"Redis at {redis.Redis}, keys {redis.RedisPrefix}*, durability {redis.Durability.ToString().ToLowerInvariant()}", shared.Warnings);
        }
        catch (Exception exception) when (exception is StoreInUseException or StoreFormatException or StoreUnavailableException or ArgumentException)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    /// <summary>Tells others who try to open the store where its server is; a shared one is nobody's.</summary>
    public void DescribeOwner(string description) => (Store as SqliteStore)?.DescribeOwner(description);

    private static async Task<RedisStore> OpenRedisAsync(RedisOptions redis, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        var (start, limit) = (time.GetTimestamp(), TimeSpan.FromSeconds(redis.RedisWaitSeconds));
        TimeSpan? said = null;
        while (true)
        {
            try
            {
                return await RedisStore.OpenAsync(redis.ToStore(), cancellationToken);
            }
            catch (StoreUnavailableException exception) when (time.GetElapsedTime(start) is var waited && waited < limit)
            {
                if (said is null || waited - said >= BetweenLines)
                {
                    log.WaitingForStore((int)(limit - waited).TotalSeconds, exception.Message);
                    said = waited;
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
