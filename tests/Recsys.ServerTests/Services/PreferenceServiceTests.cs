using System.Net;
using System.Text;
using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

public sealed class PreferenceServiceTests
{
    [Fact]
    public async Task Open_stream_and_watch_when_a_preference_is_set_get_a_fresh_list_and_after_a_restart_it_still_holds()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await StartAsync(folder))
        {
            await using var stream = new Duplex(server.Clients);
            await stream.SubscribeAsync(Sample.List("u"));
            await stream.ListsAsync(1);
            Assert.Contains("f1", Ids(stream.Lists[0]));
            using var watch = server.Clients.Lists.WatchRecommendations(new() { List = Sample.List("u") }, cancellationToken: Eventually.Soon());
            Assert.True(await watch.ResponseStream.MoveNext());

            Assert.Equal(1, (await server.Clients.Preferences.SetPreferencesAsync(Words("u", PreferenceKind.Less, new() { ItemId = "f1" }))).PreferenceCount);
            await stream.ListsAsync(2);
            Assert.Equal(["f0", "f2"], Ids(stream.Lists[1]).Order());
            Assert.True(await watch.ResponseStream.MoveNext());
            Assert.Equal(["f0", "f2"], Ids(watch.ResponseStream.Current.List).Order());

            // What is retracted comes back.
            Assert.Equal(1, (await server.Clients.Preferences.RetractPreferencesAsync(new() { UserId = "u", Subjects = { new PreferenceSubject { ItemId = "f1" } } })).RetractedCount);
            await stream.ListsAsync(3);
            Assert.Contains("f1", Ids(stream.Lists[2]));
            await server.Clients.Preferences.SetPreferencesAsync(Words("u", PreferenceKind.Not, new() { Genre = "Drama" }));
            await stream.ListsAsync(4);
            Assert.DoesNotContain("f0", Ids(stream.Lists[3]));
            await stream.FinishAsync();
        }

        await using var again = await RunningServer.StartAsync(folder: folder);
        Assert.Equal(["f1", "f2"], Ids((await again.Clients.Lists.RecommendAsync(Sample.List("u"))).List).Order());
    }

    [Fact]
    public async Task Preferences_when_set_over_rest_are_listed_exported_linked_and_deleted()
    {
        using var folder = new TemporaryFolder();
        await using var server = await StartAsync(folder);
        await PostAsync(server, "/v1/preferences:set", """{"userId":"a","preferences":[{"kind":"PREFERENCE_KIND_LESS","subject":{"itemId":"f1"}}]}""");
        await PostAsync(server, "/v1/preferences:set", """{"userId":"a","preferences":[{"kind":"PREFERENCE_KIND_MORE","subject":{"creator":"Bo"}}]}""");
        await PostAsync(server, "/v1/preferences:setOnboardingPicks", """{"userId":"a","onboardingPicks":{"itemIds":["f2"],"genres":["drama"],"tags":["sad"]}}""");
        var exported = await server.Clients.Users.ExportUser(new() { UserId = "a" }, cancellationToken: Eventually.Soon()).ResponseStream.ReadAllAsync().ToListAsync();
        Assert.Contains("\"f1\"", Assert.Single(exported).Json, StringComparison.Ordinal);
        await server.Clients.Users.LinkUsersAsync(new() { AnonymousUserId = "a", KnownUserId = "k" });
        await PostAsync(server, "/v1/preferences:retract", """{"userId":"k","subjects":[{"creator":"BO"},{"tag":"none"}]}""");
        var listed = await server.Clients.Preferences.ListPreferencesAsync(new() { UserId = "k" });
        var preference = Assert.Single(listed.Preferences);
        Assert.Equal((PreferenceKind.Less, "f1"), (preference.Kind, preference.Subject.ItemId));
        Assert.NotNull(preference.SetTime);
        Assert.Equal(("f2", "drama", "sad"), (listed.OnboardingPicks.ItemIds.Single(), listed.OnboardingPicks.Genres.Single(), listed.OnboardingPicks.Tags.Single()));
        using var read = await server.Rest.GetAsync("/v1/users/k/preferences");
        Assert.Contains("PREFERENCE_KIND_LESS", await read.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await server.Clients.Users.DeleteUserAsync(new() { UserId = "k" });
        Assert.Equal(new(), await server.Clients.Preferences.ListPreferencesAsync(new() { UserId = "k" }));
        Assert.Contains("f1", Ids((await server.Clients.Lists.RecommendAsync(Sample.List("k"))).List));
    }

    [Fact]
    public async Task User_when_reset_has_the_list_of_nobody_and_keeps_the_log()
    {
        using var folder = new TemporaryFolder();
        await using var server = await StartAsync(folder);
        await server.Clients.Events.WriteEventsAsync(Sample.Write(Sample.Play("u", "f1")));
        await using var stream = new Duplex(server.Clients);
        await stream.SubscribeAsync(Sample.List("u"));
        await stream.ListsAsync(1);
        Assert.DoesNotContain("f1", Ids(stream.Lists[0]));
        var id = (await server.Clients.Preferences.ResetUserAsync(new() { UserId = "u" })).EventId;
        await stream.ListsAsync(2);
        Assert.Contains("f1", Ids(stream.Lists[1]));
        await stream.FinishAsync();
        Assert.Equal([id, ""], (await server.Clients.Users.ListUserEventsAsync(new() { UserId = "u" })).Events.Select(stored => stored.Event.EventId));
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await server.Clients.Preferences.ResetUserAsync(new() { UserId = "nobody" }));
    }

    [Fact]
    public async Task List_when_asked_without_personalisation_is_not_of_the_user()
    {
        using var folder = new TemporaryFolder();
        await using var server = await StartAsync(folder);
        await server.Clients.Preferences.SetPreferencesAsync(Words("u", PreferenceKind.Less, new() { ItemId = "f1" }));
        var own = (await server.Clients.Lists.RecommendAsync(Sample.List("u"))).List;
        var request = Sample.List("u");
        request.NoPersonalization = true;
        var plain = (await server.Clients.Lists.RecommendAsync(request)).List;
        Assert.Equal((true, false), (own.Personalized, plain.Personalized));
        Assert.Equal(Ids((await server.Clients.Lists.RecommendAsync(Sample.List("nobody"))).List), Ids(plain));
        Assert.DoesNotContain("f1", Ids(own));
    }

    [Fact]
    public async Task Bad_requests_when_sent_are_refused_with_every_field()
    {
        await using var server = await RunningServer.StartAsync();
        var service = server.Clients.Preferences;
        var longId = new string('x', 129);
        var wrong = Words("", PreferenceKind.Unspecified, new() { ItemId = longId });
        wrong.Preferences.Add(new Preference { Kind = (PreferenceKind)9, Subject = new() { Genre = " " } });
        wrong.Preferences.Add(new Preference { Kind = PreferenceKind.More });
        wrong.Preferences.Add(new Preference { Kind = PreferenceKind.More, Subject = new() });
        await RpcAssert.FailsAtAsync(
            async () => await service.SetPreferencesAsync(wrong),
            "user_id", "preferences[0].kind", "preferences[0].subject.item_id", "preferences[1].kind", "preferences[1].subject.genre", "preferences[2].subject", "preferences[3].subject");
        await RpcAssert.FailsAtAsync(async () => await service.SetPreferencesAsync(new() { UserId = "u" }), "preferences");
        await RpcAssert.FailsAtAsync(async () => await service.SetPreferencesAsync(new() { UserId = "u", Preferences = { Enumerable.Repeat(new Preference(), 101) } }), "preferences");
        await RpcAssert.FailsAtAsync(
            async () => await service.RetractPreferencesAsync(new() { UserId = "u", Subjects = { new PreferenceSubject { Tag = "a\nb" }, new PreferenceSubject() } }),
            "subjects[0].tag", "subjects[1]");
        await RpcAssert.FailsAtAsync(async () => await service.SetOnboardingPicksAsync(new() { UserId = "u" }), "onboarding_picks");
        await RpcAssert.FailsAtAsync(
            async () => await service.SetOnboardingPicksAsync(new() { UserId = "u", OnboardingPicks = new() { ItemIds = { "" }, Genres = { Enumerable.Repeat("g", 51) }, Tags = { longId } } }),
            "onboarding_picks.item_ids[0]", "onboarding_picks.genres", "onboarding_picks.tags[0]");
        await RpcAssert.FailsAtAsync(async () => await service.ListPreferencesAsync(new() { Namespace = "Bad" }), "namespace", "user_id");
        await Assert.ThrowsAsync<RpcException>(async () => await server.Clients.Users.GetUserAsync(new() { UserId = "u" }));
    }

    [Fact]
    public async Task Key_when_it_may_only_read_lists_preferences_and_sets_none()
    {
        await using var server = await RunningServer.StartAsync();
        var key = await server.Clients.Access.CreateApiKeyAsync(new() { DisplayName = "k", Scopes = { ApiScope.Read }, Namespaces = { "*" } });
        var reader = server.WithKey(key.Secret).Preferences;
        await reader.ListPreferencesAsync(new() { UserId = "u" });
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, async () => await reader.SetPreferencesAsync(Words("u", PreferenceKind.More, new() { ItemId = "a" })));
        await RpcAssert.FailsAsync(StatusCode.PermissionDenied, async () => await reader.SetOnboardingPicksAsync(new() { UserId = "u", OnboardingPicks = new() }));
    }

    private static SetPreferencesRequest Words(string user, PreferenceKind kind, PreferenceSubject subject) =>
        new() { UserId = user, Preferences = { new Preference { Kind = kind, Subject = subject } } };

    private static IEnumerable<string> Ids(RecommendationList list) => list.Items.Select(item => item.ItemId);

    private static async Task<RunningServer> StartAsync(TemporaryFolder folder)
    {
        var server = await RunningServer.StartAsync(folder: folder);
        var drama = Sample.Film("f0");
        drama.Genres.Add("drama");
        await server.Clients.Catalog.BatchUpsertItemsAsync(new() { Items = { drama, Sample.Film("f1"), Sample.Film("f2") } });
        return server;
    }

    private static async Task PostAsync(RunningServer server, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await server.Rest.PostAsync(path, content);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }
}
