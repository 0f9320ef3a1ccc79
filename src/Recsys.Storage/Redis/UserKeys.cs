using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>The keys that a user's commit touches, all of one slot.</summary>
internal readonly struct UserKeys(string prefix, int partition, UserKey user)
{
    private readonly string _tag = $"{prefix}{{{user.Namespace}.{partition}}}:";

    /// <summary>The number of the user's partition.</summary>
    public int PartitionNumber => partition;

    public RedisKey Record => _tag + "user:" + user.UserId;

    public RedisKey Window => _tag + "recent:" + user.UserId;

    public RedisKey EventIndex => _tag + "events:" + user.UserId;

    public RedisKey ExposureIndex => _tag + "exposures:" + user.UserId;

    /// <summary>Where commits of the user are announced. Not a key, yet of the same slot.</summary>
    public string Channel => _tag + "changed:" + user.UserId;

    public PartitionKeys Partition => new(prefix, user.Namespace, partition);

    public RedisKey Index(LogStream stream) => stream == LogStream.Events ? EventIndex : ExposureIndex;
}
