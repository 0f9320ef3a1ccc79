using Recsys.Serving.Access;

namespace Recsys.Server.Mapping;

/// <summary>API keys.</summary>
internal static class KeyMapping
{
    public static V1.ApiKey Write(ApiKeyRecord key)
    {
        var message = new V1.ApiKey
        {
            KeyId = key.KeyId,
            DisplayName = key.DisplayName,
            CreateTime = Times.ToTimestamp(key.CreateTimeMs),
            RevokeTime = Times.ToTimestamp(key.RevokeTimeMs),
        };
        if (key.Scopes.HasFlag(ApiScope.Ingest)) message.Scopes.Add(V1.ApiScope.Ingest);
        if (key.Scopes.HasFlag(ApiScope.Read)) message.Scopes.Add(V1.ApiScope.Read);
        if (key.Scopes.HasFlag(ApiScope.Admin)) message.Scopes.Add(V1.ApiScope.Admin);
        message.Namespaces.AddRange(key.Namespaces);
        return message;
    }

    /// <summary>The engine's scope, or None for one that isn't known.</summary>
    public static ApiScope Read(V1.ApiScope scope) => scope switch
    {
        V1.ApiScope.Ingest => ApiScope.Ingest,
        V1.ApiScope.Read => ApiScope.Read,
        V1.ApiScope.Admin => ApiScope.Admin,
        _ => ApiScope.None,
    };
}
