using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>The keys of a partition of a namespace.</summary>
internal readonly struct PartitionKeys(string prefix, string ns, int partition)
{
    private readonly string _tag = $"{prefix}{{{ns}.{partition}}}:";

    public string Namespace => ns;

    /// <summary>What the registry of erasures says.</summary>
    public string Name => $"{ns}.{partition}";

    /// <summary>Numbers revisions and log entries.</summary>
    public RedisKey Counter => _tag + "counter";

    public RedisKey Users => _tag + "users";

    public RedisKey Erasures => _tag + "erasures";

    public RedisKey Events => _tag + "events";

    public RedisKey Exposures => _tag + "exposures";

    public RedisKey Undone => _tag + "undone";

    public RedisKey Stream(LogStream stream) => stream == LogStream.Events ? Events : Exposures;
}
