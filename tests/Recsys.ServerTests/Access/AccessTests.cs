using Grpc.Core;
using Recsys.Server.Access;
using Recsys.Server.Hosting;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Access;

public sealed class AccessTests
{
    [Fact]
    public void Every_method_of_the_contract_when_looked_up_has_a_scope()
    {
        var methods = Contract.Services.SelectMany(service => service.Methods.Select(method => $"/{service.FullName}/{method.Name}"));
        Assert.Equal(methods.Order(StringComparer.Ordinal), MethodScopes.Methods.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task First_key_when_made_closes_the_door_to_calls_without_one()
    {
        await using var server = await RunningServer.StartAsync();
        await server.Clients.Lists.RecommendAsync(new RecommendRequest());
        var created = await CreateAsync(server.Clients, "*", ApiScope.Read, ApiScope.Ingest, ApiScope.Admin);
        Assert.StartsWith("rk_", created.Secret, StringComparison.Ordinal);

        await RpcAssert.FailsWithReasonAsync(
            StatusCode.Unauthenticated, "API_KEY_MISSING", async () => await server.Clients.Lists.RecommendAsync(new RecommendRequest()));
        await RpcAssert.FailsWithReasonAsync(
            StatusCode.Unauthenticated, "API_KEY_UNKNOWN", async () => await server.WithKey(created.Secret + "x").Lists.RecommendAsync(new RecommendRequest()));
        await RpcAssert.FailsWithReasonAsync(
            StatusCode.Unauthenticated, "API_KEY_UNKNOWN", async () => await server.WithKey("none").Lists.RecommendAsync(new RecommendRequest()));
        await server.WithKey(created.Secret).Lists.RecommendAsync(new RecommendRequest());

        using var header = new HttpRequestMessage(HttpMethod.Get, "/v1/recommendations");
        header.Headers.Add("x-api-key", created.Secret);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await server.Rest.SendAsync(header)).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await server.Rest.GetAsync("/v1/recommendations")).StatusCode);

        var listed = await server.WithKey(created.Secret).Access.ListApiKeysAsync(new ListApiKeysRequest());
        Assert.Equal(created.ApiKey, listed.ApiKeys.Single());
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains(created.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_when_used_beyond_its_scopes_and_namespaces_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        var admin = server.WithKey((await CreateAsync(server.Clients, "*", ApiScope.Admin)).Secret);
        var reader = server.WithKey((await CreateAsync(admin, "game", ApiScope.Read)).Secret);
        await reader.Lists.RecommendAsync(new RecommendRequest { Namespace = "game" });
        await RefusedAsync("NAMESPACE_NOT_ALLOWED", async () => await reader.Lists.RecommendAsync(new RecommendRequest { Namespace = "other" }));
        await RefusedAsync("NAMESPACE_NOT_ALLOWED", async () => await reader.Lists.RecommendAsync(new RecommendRequest()));
        await RefusedAsync("SCOPE_MISSING", async () => await reader.Events.WriteEventsAsync(new WriteEventsRequest { Namespace = "game" }));
        await RefusedAsync("SCOPE_MISSING", async () => await reader.Users.DeleteUserAsync(new DeleteUserRequest { Namespace = "game", UserId = "u" }));
        await RefusedAsync("SCOPE_MISSING", async () => await admin.Lists.RecommendAsync(new RecommendRequest()));

        // Keys are made with a key for every namespace only.
        var gameAdmin = server.WithKey((await CreateAsync(admin, "game", ApiScope.Admin)).Secret);
        await RefusedAsync("NAMESPACE_NOT_ALLOWED", async () => await CreateAsync(gameAdmin, "game", ApiScope.Read));
        Assert.Equal(3, (await admin.Access.ListApiKeysAsync(new ListApiKeysRequest())).ApiKeys.Count);
    }

    [Fact]
    public async Task Key_when_revoked_ends_new_calls_and_open_streams()
    {
        await using var server = await RunningServer.StartAsync();
        var admin = server.WithKey((await CreateAsync(server.Clients, "*", ApiScope.Admin)).Secret);
        var key = await CreateAsync(admin, "*", ApiScope.Read, ApiScope.Ingest);
        var clients = server.WithKey(key.Secret);
        await using var stream = new Duplex(clients);
        await stream.SendAsync(Sample.Sequenced(1, Sample.Play("u", "a", "1")));
        await stream.AcksAsync(1);

        var revoked = await admin.Access.RevokeApiKeyAsync(new RevokeApiKeyRequest { KeyId = key.ApiKey.KeyId });
        Assert.NotNull(revoked.ApiKey.RevokeTime);
        await stream.SendAsync(Sample.Sequenced(2, Sample.Play("u", "b", "2")));
        await RpcAssert.FailsWithReasonAsync(StatusCode.Unauthenticated, "API_KEY_REVOKED", stream.EndAsync);
        RpcAssert.HasReason("API_KEY_REVOKED", stream.Acks[1].Error);
        await RpcAssert.FailsWithReasonAsync(
            StatusCode.Unauthenticated, "API_KEY_REVOKED", async () => await clients.Lists.RecommendAsync(new RecommendRequest()));
        Assert.Single(await StoredAsync(server, "default", "u"));
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await admin.Access.RevokeApiKeyAsync(new RevokeApiKeyRequest { KeyId = "k0" }));
    }

    [Fact]
    public async Task Watched_list_when_the_key_is_revoked_is_sent_no_more()
    {
        await using var server = await RunningServer.StartAsync();
        var admin = server.WithKey((await CreateAsync(server.Clients, "*", ApiScope.Admin, ApiScope.Ingest)).Secret);
        var key = await CreateAsync(admin, "*", ApiScope.Read);
        using var watch = server.WithKey(key.Secret).Lists.WatchRecommendations(new WatchRecommendationsRequest { List = Sample.List("u") });
        Assert.True(await watch.ResponseStream.MoveNext(Eventually.Soon()));
        await admin.Access.RevokeApiKeyAsync(new RevokeApiKeyRequest { KeyId = key.ApiKey.KeyId });
        await admin.Events.WriteEventsAsync(Sample.Write(Sample.Play("u", "a")));
        await RpcAssert.FailsWithReasonAsync(StatusCode.Unauthenticated, "API_KEY_REVOKED", () => watch.ResponseStream.MoveNext(Eventually.Soon()));
    }

    [Fact]
    public async Task Silent_stream_when_the_key_is_revoked_is_sent_no_more_lists()
    {
        await using var server = await RunningServer.StartAsync();
        var admin = server.WithKey((await CreateAsync(server.Clients, "*", ApiScope.Admin, ApiScope.Ingest)).Secret);
        var key = await CreateAsync(admin, "*", ApiScope.Read);
        await using var stream = new Duplex(server.WithKey(key.Secret));
        await stream.SubscribeAsync(Sample.List("u"));
        await stream.ListsAsync(1);
        await admin.Access.RevokeApiKeyAsync(new RevokeApiKeyRequest { KeyId = key.ApiKey.KeyId });
        await admin.Events.WriteEventsAsync(Sample.Write(Sample.Play("u", "a")));
        await RpcAssert.FailsWithReasonAsync(StatusCode.Unauthenticated, "API_KEY_REVOKED", () => stream.EndAsync().WaitAsync(Eventually.Soon(10)));
        Assert.Single(stream.Lists);
    }

    [Fact]
    public async Task Stream_when_a_message_is_for_another_namespace_answers_it_and_goes_on()
    {
        await using var server = await RunningServer.StartAsync();
        var admin = server.WithKey((await CreateAsync(server.Clients, "*", ApiScope.Admin)).Secret);
        var clients = server.WithKey((await CreateAsync(admin, "game", ApiScope.Read, ApiScope.Ingest)).Secret);
        await using var stream = new Duplex(clients);
        await stream.SendAsync(new StreamRecommendationsRequest
        {
            Namespace = "other",
            Events = { Sample.Sequenced(1, Sample.Play("u", "a")) },
            Subscriptions = { Sample.List("u") },
        });
        await stream.SendAsync(new StreamRecommendationsRequest { Namespace = "game", Events = { Sample.Sequenced(2, Sample.Play("u", "a")) } });
        await stream.FinishAsync();
        RpcAssert.HasReason("NAMESPACE_NOT_ALLOWED", stream.Acks[0].Error);
        Assert.Equal(EventAck.ResultOneofCase.Accepted, stream.Acks[1].ResultCase);
        RpcAssert.HasReason("NAMESPACE_NOT_ALLOWED", stream.Errors.Single().Status);
        Assert.Empty(await StoredAsync(server, "other", "u"));
    }

    [Fact]
    public async Task Stream_with_a_key_that_only_reads_when_it_brings_events_refuses_them_and_sends_lists()
    {
        await using var server = await RunningServer.StartAsync();
        var admin = server.WithKey((await CreateAsync(server.Clients, "*", ApiScope.Admin)).Secret);
        await using var stream = new Duplex(server.WithKey((await CreateAsync(admin, "*", ApiScope.Read)).Secret));
        await stream.SendAsync(new StreamRecommendationsRequest { Events = { Sample.Sequenced(1, Sample.Play("u", "a")) }, Subscriptions = { Sample.List("u") } });
        await stream.FinishAsync();
        RpcAssert.HasReason("SCOPE_MISSING", stream.Acks.Single().Error);
        Assert.Single(stream.Lists);
    }

    [Fact]
    public async Task Bad_key_request_when_made_names_every_field()
    {
        await using var server = await RunningServer.StartAsync();
        await RpcAssert.FailsAtAsync(
            async () => await server.Clients.Access.CreateApiKeyAsync(new CreateApiKeyRequest
            {
                DisplayName = new string('n', 129),
                Scopes = { ApiScope.Unspecified, (ApiScope)9 },
                Namespaces = { "*", "Bad" },
            }),
            "display_name", "scopes[0]", "scopes[1]", "namespaces[1]");
        await RpcAssert.FailsAtAsync(async () => await server.Clients.Access.CreateApiKeyAsync(new CreateApiKeyRequest()), "scopes", "namespaces");
        Assert.Empty((await server.Clients.Access.ListApiKeysAsync(new ListApiKeysRequest())).ApiKeys);
    }

    private static async Task RefusedAsync(string reason, Func<Task> call) => await RpcAssert.FailsWithReasonAsync(StatusCode.PermissionDenied, reason, call);

    private static async Task<CreateApiKeyResponse> CreateAsync(Clients clients, string ns, params ApiScope[] scopes) =>
        await clients.Access.CreateApiKeyAsync(new CreateApiKeyRequest { DisplayName = "test", Scopes = { scopes }, Namespaces = { ns } });

    private static async Task<IReadOnlyList<Storage.LogEntry>> StoredAsync(RunningServer server, string ns, string user) =>
        await server.Host.Store.ReadUserLogAsync(new(ns, user), Storage.LogStream.Events, 0, 100, newestFirst: false, CancellationToken.None);
}
