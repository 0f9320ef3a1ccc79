using System.IO.Hashing;
using System.Text;
using StackExchange.Redis;

namespace Recsys.Storage.Redis;

/// <summary>
/// The names of all keys; docs/storage.md lists them. What changes together shares a hash tag, and so a slot: a user and the part of the log that the user's entries
/// go to, or the documents of a collection and namespace.
/// </summary>
internal sealed class RedisKeys(string prefix, int partitions)
{
    public int Partitions => partitions;

    /// <summary>The header: format, number of partitions, identity.</summary>
    public RedisKey Store => prefix + "store";

    /// <summary>Namespaces that have or had users.</summary>
    public RedisKey Namespaces { get; } = prefix + "namespaces";

    /// <summary>Partitions in which users' entries are being erased.</summary>
    public RedisKey Erasures => prefix + "erasures";

    public RedisKey ItemsByNumber => prefix + "{items}:ids";

    public RedisKey ItemNumbers => prefix + "{items}:numbers";

    /// <summary>The partition of a user: the same on every machine and for ever.</summary>
    public int PartitionOf(string userId)
    {
        Span<byte> utf8 = stackalloc byte[128];
        return (int)(XxHash64.HashToUInt64(utf8[..Encoding.UTF8.GetBytes(userId, utf8)]) % (uint)partitions);
    }

    public UserKeys Of(UserKey user) => new(prefix, PartitionOf(user.UserId), user);

    public PartitionKeys OfPartition(string ns, int partition) => new(prefix, ns, partition);

    public DocumentKeys OfDocuments(string collection, string ns) => new(prefix, collection, ns);

    /// <summary>Namespaces that have or had documents of a collection.</summary>
    public RedisKey NamespacesOf(string collection) => prefix + "namespaces:" + collection;
}
