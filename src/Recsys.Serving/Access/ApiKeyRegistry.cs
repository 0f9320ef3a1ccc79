namespace Recsys.Serving.Access;

/// <summary>API keys: made, listed, revoked, and checked from memory on each call.</summary>
public sealed class ApiKeyRegistry
{
    /// <summary>True as soon as any key was ever made (a revoked one counts): calls need one.</summary>
    public bool KeysRequired => throw new NotImplementedException();

    /// <summary>Makes a key and returns it with its secret ("rk_KEYID_..."), the only time it's known.</summary>
    public ValueTask<(ApiKeyRecord Key, string Secret)> CreateAsync(
        string displayName, ApiScope scopes, IReadOnlyList<string> namespaces, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Reads the keys in the order they were made.</summary>
    public ValueTask<IReadOnlyList<ApiKeyRecord>> ListAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Revokes a key; the next call with it is refused.</summary>
    /// <exception cref="EngineException">NotFound.</exception>
    public ValueTask<ApiKeyRecord> RevokeAsync(string keyId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The valid or revoked key with this secret, in constant time; null: there is none. No I/O.</summary>
    public ApiKeyRecord? Find(string secret) => throw new NotImplementedException();
}
