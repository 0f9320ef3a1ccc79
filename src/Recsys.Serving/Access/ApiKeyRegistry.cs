using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Recsys.Storage;

namespace Recsys.Serving.Access;

/// <summary>API keys: made, listed, revoked, and checked from memory on each call.</summary>
public sealed class ApiKeyRegistry
{
    /// <summary>The collection of the keys' documents.</summary>
    internal const string Collection = "api_keys";

    private const string Prefix = "rk_";
    private const int PageSize = 1_000;
    private const int KeyIdBytes = 5;
    private const int SecretBytes = 32;

    private readonly IRecsysStore _store;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile IReadOnlyDictionary<string, ApiKeyRecord> _keys;

    private ApiKeyRegistry(IRecsysStore store, TimeProvider time, IReadOnlyDictionary<string, ApiKeyRecord> keys)
    {
        _store = store;
        _time = time;
        _keys = keys;
    }

    /// <summary>True as soon as any key was ever made (a revoked one counts): calls need one.</summary>
    public bool KeysRequired => _keys.Count > 0;

    /// <summary>Makes a key and returns it with its secret ("rk_KEYID_..."), the only time it's known.</summary>
    public async ValueTask<(ApiKeyRecord Key, string Secret)> CreateAsync(
        string displayName, ApiScope scopes, IReadOnlyList<string> namespaces, CancellationToken cancellationToken)
    {
        // An underscore ends the id, so it has none itself.
        var keyId = "k" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyIdBytes));
        var secret = Prefix + keyId + "_" + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var key = new ApiKeyRecord
        {
            KeyId = keyId,
            DisplayName = displayName,
            Scopes = scopes,
            Namespaces = namespaces,
            SecretHash = Convert.ToHexStringLower(Hash(secret)),
            CreateTimeMs = _time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await PutAsync(key, expectedRevision: 0, cancellationToken);
        return (key, secret);
    }

    /// <summary>Reads the keys in the order they were made.</summary>
    public ValueTask<IReadOnlyList<ApiKeyRecord>> ListAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new([.. _keys.Values.OrderBy(key => key.CreateTimeMs).ThenBy(key => key.KeyId, StringComparer.Ordinal)]);
    }

    /// <summary>Revokes a key; the next call with it is refused. Revoking again changes nothing.</summary>
    /// <exception cref="EngineException">NotFound.</exception>
    public async ValueTask<ApiKeyRecord> RevokeAsync(string keyId, CancellationToken cancellationToken)
    {
        if (!_keys.TryGetValue(keyId, out var key))
        {
            throw new EngineException(EngineErrorKind.NotFound, "API_KEY_NOT_FOUND", $"There is no API key '{keyId}'.", "key_id");
        }

        if (key.RevokeTimeMs is not null) return key;
        var revoked = key with { RevokeTimeMs = _time.GetUtcNow().ToUnixTimeMilliseconds() };
        await PutAsync(revoked, expectedRevision: null, cancellationToken);
        return revoked;
    }

    /// <summary>The valid or revoked key with this secret, in constant time; null: there is none. No I/O.</summary>
    public ApiKeyRecord? Find(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || secret.IndexOf('_', Prefix.Length) is var end && end < 0) return null;
        if (!_keys.TryGetValue(secret[Prefix.Length..end], out var key)) return null;

        // The id is public; what is compared in constant time is the hash of the whole secret.
        return CryptographicOperations.FixedTimeEquals(Hash(secret), Convert.FromHexString(key.SecretHash)) ? key : null;
    }

    /// <summary>Reads the stored keys.</summary>
    internal static async Task<ApiKeyRegistry> LoadAsync(IRecsysStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var keys = new Dictionary<string, ApiKeyRecord>(StringComparer.Ordinal);
        DocumentKey? after = null;
        while (await store.ListDocumentsAsync(Collection, "", after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var key in page.Select(Read)) keys[key.KeyId] = key;

            after = page[^1].Key;
        }

        return new(store, time, keys);
    }

    /// <summary>Takes keys over that another replica made or revoked.</summary>
    internal async Task ApplyAsync(IReadOnlyList<DocumentChange> changes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var keys = new Dictionary<string, ApiKeyRecord>(_keys, StringComparer.Ordinal);
            foreach (var key in changes.Where(change => change.Document is not null).Select(change => Read(change.Document!))) keys[key.KeyId] = key;

            _keys = keys;
        }
        finally
        {
            _writing.Release();
        }
    }

    private static ApiKeyRecord Read(Document document)
    {
        var key = JsonSerializer.Deserialize(document.Content.Span, ApiKeyJson.Default.ApiKeyRecord)
            ?? throw new InvalidDataException($"The document of API key '{document.Key.Key}' holds null.");
        return key with { DisplayName = key.DisplayName ?? "" };
    }

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private async ValueTask PutAsync(ApiKeyRecord key, long? expectedRevision, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var content = JsonSerializer.SerializeToUtf8Bytes(key, ApiKeyJson.Default.ApiKeyRecord);
            var write = new DocumentWrite { Collection = Collection, Key = new("", key.KeyId), Content = content, ExpectedRevision = expectedRevision };
            var results = await StoreFailure.GuardAsync(() => _store.PutDocumentsAsync([write], cancellationToken));
            if (results[0].Status != CommitStatus.Committed)
            {
                throw new EngineException(EngineErrorKind.Aborted, "API_KEY_EXISTS", $"There is an API key '{key.KeyId}' already; try again.");
            }

            _keys = new Dictionary<string, ApiKeyRecord>(_keys, StringComparer.Ordinal) { [key.KeyId] = key };
        }
        finally
        {
            _writing.Release();
        }
    }
}
