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
    /// <summary>Opens the one that the options name.</summary>
    /// <exception cref="StartupException">It can't be opened, in words that say why.</exception>
    public static async Task<OpenedStore> OpenAsync(ServeOptions serve, RedisOptions redis, CancellationToken cancellationToken)
    {
        try
        {
            if (redis.Redis.Length == 0)
            {
                var file = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = serve.Db, OwnerDescription = "recsys, starting" }, cancellationToken);
                return new(file, file.Path, []);
            }

            var shared = await RedisStore.OpenAsync(redis.ToStore(), cancellationToken);
            return new(shared, $"Redis at {redis.Redis}, keys {redis.RedisPrefix}*, durability {redis.Durability.ToString().ToLowerInvariant()}", shared.Warnings);
        }
        catch (Exception exception) when (exception is StoreInUseException or StoreFormatException or StoreUnavailableException or ArgumentException)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    /// <summary>Tells others who try to open the store where its server is; a shared one is nobody's.</summary>
    public void DescribeOwner(string description) => (Store as SqliteStore)?.DescribeOwner(description);
}
