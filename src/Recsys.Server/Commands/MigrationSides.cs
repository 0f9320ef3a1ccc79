using Microsoft.Extensions.Options;
using Recsys.Server.Hosting;
using Recsys.Serving;
using Recsys.Storage.Redis;
using Recsys.Storage.Sqlite;

namespace Recsys.Server.Commands;

/// <summary>Opens the two stores of a migration, by the same settings as a server would.</summary>
internal static class MigrationSides
{
    /// <summary>The embedded store; its lock keeps servers out.</summary>
    public static async Task<OpenedSide> OpenFileAsync(string path, bool mustExist, CancellationToken cancellationToken)
    {
        if (mustExist && !File.Exists(path)) throw new ArgumentException($"There is no store {path}.");
        var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = path, OwnerDescription = "recsys migrate" }, cancellationToken);
        var folder = Setting.Load<EngineOptions>(setting => setting.FromEnvironment()).ModelFolder;
        return new(new(store, path, folder is { Length: > 0 } ? folder : path + ".models"), []);
    }

    /// <summary>The store on Redis.</summary>
    public static async Task<OpenedSide> OpenRedisAsync(string addresses, CancellationToken cancellationToken)
    {
        var options = Setting.Load<RedisOptions>(setting => setting.FromEnvironment()) with { Redis = addresses };
        IValidateOptions<RedisOptions>[] rules = [new RedisOptionsValidator(), new RedisRules()];
        foreach (var rule in rules)
        {
            if (rule.Validate(null, options) is { Failed: true } failed) throw new ArgumentException(failed.FailureMessage);
        }

        var store = await RedisStore.OpenAsync(options.ToStore(), cancellationToken);
        return new(new(store, $"Redis at {addresses} (keys {options.RedisPrefix}*)", ""), store.Warnings);
    }
}
