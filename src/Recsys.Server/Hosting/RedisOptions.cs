using System.ComponentModel.DataAnnotations;
using Recsys.Storage;
using Recsys.Storage.Redis;

namespace Recsys.Server.Hosting;

/// <summary>The store on Redis, which any number of servers share; without it each server has a file of its own.</summary>
internal sealed record RedisOptions
{
    /// <summary>Redis, or any nodes of a Redis Cluster. Range: HOST:PORT, several separated by commas; empty: the embedded store (see Db). Default: empty.</summary>
    public string Redis { get; init; } = "";

    /// <summary>The user of Redis' access control list. Range: a name; empty: the default user. Default: empty.</summary>
    public string RedisUser { get; init; } = "";

    /// <summary>The password of Redis. Better given by the environment variable, which other users of this machine can't see. Range: text; empty: none. Default: empty.</summary>
    public string RedisPassword { get; init; } = "";

    /// <summary>Speak TLS with Redis. Range: true or false. Default: false.</summary>
    public bool RedisTls { get; init; }

    /// <summary>The authority that signed Redis' certificate, PEM. Range: a file; empty: the system's authorities. Default: empty.</summary>
    public string RedisTlsAuthority { get; init; } = "";

    /// <summary>The database; a Cluster has only 0. Unit: number of the database. Range: 0 to 1,000,000. Default: 0.</summary>
    [Range(0, 1_000_000)]
    public int RedisDatabase { get; init; }

    /// <summary>What the names of all keys begin with, so that several stores can share a Redis. Range: at most 64 characters, no braces. Default: recsys:</summary>
    [MaxLength(64)]
    [RegularExpression(@"[^{}\s]*", ErrorMessage = "RedisPrefix: must hold no braces and no blanks.")]
    public string RedisPrefix { get; init; } = "recsys:";

    /// <summary>
    /// What an acknowledged write on Redis has behind it. Range: Memory (Redis has it), Fsync (Redis syncs before it answers: needs appendonly yes, appendfsync always),
    /// Replicated (in addition, RedisReplicas replicas have it). Default: Fsync.
    /// </summary>
    [EnumDataType(typeof(StoreDurability))]
    public StoreDurability Durability { get; init; } = StoreDurability.Fsync;

    /// <summary>Replicas that must have a write before it's acknowledged, with Durability Replicated. Unit: replicas. Range: 1 to 10. Default: 1.</summary>
    [Range(1, 10)]
    public int RedisReplicas { get; init; } = 1;

    /// <summary>How long a call of Redis may take before it counts as failed. Unit: ms. Range: 50 to 60,000. Default: 2,000.</summary>
    [Range(50, 60_000)]
    public int RedisTimeoutMs { get; init; } = 2_000;

    /// <summary>How long a server that starts waits for a Redis that isn't there yet. Unit: seconds. Range: 0 to 3,600. Default: 60.</summary>
    [Range(0, 3_600)]
    public int RedisWaitSeconds { get; init; } = 60;

    /// <summary>What the store is opened with.</summary>
    public RedisStoreOptions ToStore() => new()
    {
        Endpoints = Redis,
        User = RedisUser,
        Password = RedisPassword,
        Tls = RedisTls,
        TlsCertificateAuthority = RedisTlsAuthority,
        Database = RedisDatabase,
        Prefix = RedisPrefix,
        Durability = Durability,
        Replicas = RedisReplicas,
        Timeout = TimeSpan.FromMilliseconds(RedisTimeoutMs),
    };
}
