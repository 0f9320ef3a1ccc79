using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>The keys of the documents of a collection and namespace, all of one slot.</summary>
internal readonly struct DocumentKeys(string prefix, string collection, string ns)
{
    private readonly string _tag = $"{prefix}{{{collection}.{ns}}}:";

    public RedisKey Documents => _tag + "documents";

    public RedisKey Ordered => _tag + "keys";

    public RedisKey Changes => _tag + "changes";

    public RedisKey Counter => _tag + "revision";
}
