using Google.Rpc;
using Recsys.Server.Errors;
using Recsys.Server.Validation;
using Recsys.Serving.Access;
using RpcStatus = Google.Rpc.Status;

namespace Recsys.Server.Access;

/// <summary>What one call may do; without a registry, everything. Asked again for each message of a stream, so that a revoked key ends there too.</summary>
internal sealed class CallAccess(ApiKeyRegistry? keys, string? secret)
{
    /// <summary>Where keys that may be used everywhere are bound to.</summary>
    public const string Everywhere = "*";

    /// <summary>The id of the call's key; empty: none is needed.</summary>
    public string KeyId => Authenticate(out var key) is null && key is not null ? key.KeyId : "";

    /// <summary>Null: allowed. Otherwise why not.</summary>
    /// <param name="ns">The namespace; empty is `default`, "*" needs a key for every namespace, null any namespace will do.</param>
    /// <param name="scope">The scope needed; None: any key will do.</param>
    public RpcStatus? Check(string? ns, ApiScope scope)
    {
        if (Authenticate(out var key) is { } refusal) return refusal;
        if (key is null) return null;
        if (!key.Scopes.HasFlag(scope))
            return RpcErrors.Make(Code.PermissionDenied, RpcErrors.ScopeMissing, $"key {key.KeyId} doesn't have the scope {scope.ToString().ToLowerInvariant()}");
        if (ns is null) return null;
        var wanted = ns.Length == 0 ? FieldRules.DefaultNamespace : ns;
        foreach (var allowed in key.Namespaces)
        {
            if (allowed == Everywhere || allowed == wanted) return null;
        }

        return RpcErrors.Make(Code.PermissionDenied, RpcErrors.NamespaceNotAllowed, wanted == Everywhere
            ? $"key {key.KeyId} isn't valid for every namespace"
            : $"key {key.KeyId} isn't valid for this namespace");
    }

    /// <summary>Null: the key is valid, or none is needed.</summary>
    public RpcStatus? CheckKey() => Authenticate(out _);

    private RpcStatus? Authenticate(out ApiKeyRecord? key)
    {
        key = null;
        if (keys is null || !keys.KeysRequired) return null;
        if (secret is null)
        {
            return RpcErrors.Make(
                Code.Unauthenticated, RpcErrors.ApiKeyMissing, "this server needs an API key: send it as `authorization: Bearer KEY` or `x-api-key: KEY`");
        }

        key = keys.Find(secret);
        if (key is null) return RpcErrors.Make(Code.Unauthenticated, RpcErrors.ApiKeyUnknown, "there is no such API key");
        return key.RevokeTimeMs is null ? null : RpcErrors.Make(Code.Unauthenticated, RpcErrors.ApiKeyRevoked, $"key {key.KeyId} was revoked");
    }
}
