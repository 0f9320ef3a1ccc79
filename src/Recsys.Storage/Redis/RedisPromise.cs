using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>Compares what Redis is configured to with what a durability level promises.</summary>
internal static class RedisPromise
{
    /// <summary>What is amiss, a sentence each.</summary>
    public static async Task<IReadOnlyList<string>> CheckAsync(ConnectionMultiplexer multiplexer, RedisStoreOptions options)
    {
        var warnings = new List<string>();
        foreach (var server in multiplexer.GetServers())
        {
            if (!server.IsConnected)
                continue;
            try
            {
                await CheckAsync(server, options, warnings).ConfigureAwait(false);
            }
            catch (RedisException error)
            {
                // Services that run Redis for others often don't let anybody look.
                warnings.Add($"The configuration of Redis at {EndPointCollection.ToString(server.EndPoint)} can't be read ({error.Message}), so nobody knows whether it keeps what durability "
                    + $"\"{Name(options.Durability)}\" promises.");
            }
        }

        await CheckChannelsAsync(multiplexer, options, warnings).ConfigureAwait(false);
        return warnings;
    }

    private static async Task CheckChannelsAsync(ConnectionMultiplexer multiplexer, RedisStoreOptions options, List<string> warnings)
    {
        var channel = RedisChannel.Sharded(options.Prefix + "probe");
        var subscriber = multiplexer.GetSubscriber();
        try
        {
            await subscriber.SubscribeAsync(channel, static (_, _) => { }).ConfigureAwait(false);
            await subscriber.PublishAsync(channel, RedisValue.EmptyString).ConfigureAwait(false);
            await subscriber.UnsubscribeAsync(channel).ConfigureAwait(false);
        }
        catch (RedisException error)
        {
            warnings.Add($"Sharded channels of Redis can't be used ({error.Message}), so lists on open streams don't follow events that come through other servers. "
                + $"It takes Redis 7 and an account that may use them: ACL SETUSER ... &{options.Prefix}*");
        }
    }

    private static async Task CheckAsync(IServer server, RedisStoreOptions options, List<string> warnings)
    {
        string where = $"Redis at {EndPointCollection.ToString(server.EndPoint)}{(server.IsReplica ? " (a replica, which takes over when its master ends)" : "")}";
        var settings = (await server.ConfigGetAsync("*").ConfigureAwait(false)).ToDictionary(pair => pair.Key, pair => pair.Value);
        string policy = settings.GetValueOrDefault("maxmemory-policy", "noeviction");
        if (policy != "noeviction")
        {
            bool isLimited = settings.GetValueOrDefault("maxmemory", "0") != "0";
            // The duplicate windows are all that ever expires.
            string what = policy.StartsWith("volatile", StringComparison.Ordinal)
                ? "it would forget which event ids it has seen, and events sent again would count twice"
                : "users and events would vanish";
            warnings.Add($"{where} {(isLimited ? "drops keys when its memory is full" : "would drop keys as soon as a maxmemory is set")} (maxmemory-policy {policy}): {what}. "
                + "Set maxmemory-policy noeviction.");
        }

        if (options.Durability == StoreDurability.Memory)
            return;
        string promise = $"durability \"{Name(options.Durability)}\" promises that acknowledged events survive it";
        if (settings.GetValueOrDefault("appendonly") != "yes")
            warnings.Add($"{where} keeps no append-only file (appendonly no): a restart loses what was written since its last snapshot, while {promise}. Set appendonly yes.");
        else if (settings.GetValueOrDefault("appendfsync") != "always")
            warnings.Add($"{where} syncs to disk {settings.GetValueOrDefault("appendfsync")}: a power loss can lose about a second, while {promise}. Set appendfsync always.");
        if (options.Durability != StoreDurability.Replicated || server.IsReplica)
            return;
        var role = await server.RoleAsync().ConfigureAwait(false);
        int replicas = role is Role.Master master ? master.Replicas.Count : 0;
        if (replicas < options.Replicas)
            warnings.Add($"{where} has {replicas} replicas, and {options.Replicas} must confirm each write: writes will be refused until they are there.");
    }

    private static string Name(StoreDurability durability) => durability.ToString().ToLowerInvariant();
}
