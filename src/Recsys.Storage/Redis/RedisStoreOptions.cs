namespace Recsys.Storage.Redis;

/// <summary>How to reach Redis, and what it promises.</summary>
public sealed record RedisStoreOptions
{
    /// <summary>The partitions of a new store.</summary>
    internal const int DefaultPartitions = 4096;

    /// <summary>One or several of HOST:PORT, separated by commas; of a Cluster, any of its nodes.</summary>
    public required string Endpoints { get; init; }

    /// <summary>The ACL user; empty: the default user.</summary>
    public string User { get; init; } = "";

    /// <summary>The password; empty: none.</summary>
    public string Password { get; init; } = "";

    /// <summary>Whether to speak TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>A PEM file of the authority that signed Redis' certificate; empty: the system's authorities.</summary>
    public string TlsCertificateAuthority { get; init; } = "";

    /// <summary>The database. A Cluster has only 0.</summary>
    public int Database { get; init; }

    /// <summary>What all keys begin with, so that several stores can share a Redis. No braces.</summary>
    public string Prefix { get; init; } = "recsys:";

    /// <summary>What a write waits for.</summary>
    public StoreDurability Durability { get; init; } = StoreDurability.Fsync;

    /// <summary>Replicas that must confirm a write at <see cref="StoreDurability.Replicated"/>.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>How long a call may take before it counts as failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The partitions of a store that is new. A store keeps those that it was made with.</summary>
    internal int Partitions { get; init; } = DefaultPartitions;
}
