using Grpc.Core;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.Serving.Access;

namespace Recsys.Server.Access;

/// <summary>recsys.v1.AccessService.</summary>
internal sealed class AccessEndpoint(StreamContext streams) : V1.AccessService.AccessServiceBase
{
    private const string Listing = "api-keys";

    private ApiKeyRegistry Keys => streams.Engine.ApiKeys;

    public override async Task<V1.CreateApiKeyResponse> CreateApiKey(V1.CreateApiKeyRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Text("display_name", request.DisplayName, 128);
        var scopes = ReadScopes(request, violations);
        if (violations.Count("namespaces", request.Namespaces.Count, 100, min: 1))
        {
            for (var i = 0; i < request.Namespaces.Count; i++)
            {
                var ns = request.Namespaces[i];
                if (ns != CallAccess.Everywhere && !FieldRules.IsNamespace(ns)) violations.Add("namespaces", i, "must be \"*\" or 1 to 64 bytes of [a-z0-9_-]");
            }
        }

        violations.ThrowIfAny();
        var (key, secret) = await Keys.CreateAsync(request.DisplayName, scopes, [.. request.Namespaces.Distinct()], context.CancellationToken);
        return new V1.CreateApiKeyResponse { ApiKey = KeyMapping.Write(key), Secret = secret };
    }

    public override async Task<V1.ListApiKeysResponse> ListApiKeys(V1.ListApiKeysRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var pageSize = violations.ListingPageSize(request.PageSize);
        var after = PageTokens.Read(request.PageToken, Listing, violations);
        violations.ThrowIfAny();
        var keys = await Keys.ListAsync(context.CancellationToken);
        var page = keys.SkipWhile(key => after is not null && key.KeyId != after).Skip(after is null ? 0 : 1).Take(pageSize + 1).ToArray();
        var response = new V1.ListApiKeysResponse();
        response.ApiKeys.AddRange(page.Take(pageSize).Select(KeyMapping.Write));
        if (page.Length > pageSize) response.NextPageToken = PageTokens.Write(Listing, page[pageSize - 1].KeyId);
        return response;
    }

    public override async Task<V1.RevokeApiKeyResponse> RevokeApiKey(V1.RevokeApiKeyRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Id("key_id", request.KeyId);
        violations.ThrowIfAny();
        return new V1.RevokeApiKeyResponse { ApiKey = KeyMapping.Write(await Keys.RevokeAsync(request.KeyId, context.CancellationToken)) };
    }

    private static ApiScope ReadScopes(V1.CreateApiKeyRequest request, FieldViolations violations)
    {
        var scopes = ApiScope.None;
        violations.Count("scopes", request.Scopes.Count, 100, min: 1);
        for (var i = 0; i < Math.Min(request.Scopes.Count, 100); i++)
        {
            var scope = KeyMapping.Read(request.Scopes[i]);
            if (scope == ApiScope.None) violations.Add("scopes", i, $"is no known scope: {(int)request.Scopes[i]}");
            scopes |= scope;
        }

        return scopes;
    }
}
