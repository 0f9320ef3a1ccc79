namespace Recsys.Serving.Access;

/// <summary>A key as stored: never the secret, only its SHA-256.</summary>
public sealed record ApiKeyRecord
{
    /// <summary>Its public name.</summary>
    public required string KeyId { get; init; }

    /// <summary>What it's for.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>What it allows.</summary>
    public required ApiScope Scopes { get; init; }

    /// <summary>Where; "*": everywhere.</summary>
    public required IReadOnlyList<string> Namespaces { get; init; }

    /// <summary>SHA-256 of the secret, lower-case hex.</summary>
    public required string SecretHash { get; init; }

    /// <summary>When it was made, Unix ms.</summary>
    public required long CreateTimeMs { get; init; }

    /// <summary>When it was revoked, Unix ms; null: it's valid.</summary>
    public long? RevokeTimeMs { get; init; }
}
