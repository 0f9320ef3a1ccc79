using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Services;

public sealed class UserServiceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly Clients _clients = shared.Server.Clients;

    [Fact]
    public async Task User_when_only_events_are_known_has_a_state_and_a_bare_profile()
    {
        var id = Sample.Name("user");
        await _clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(id, "a"), Sample.Play(id, "b")));
        var user = await _clients.Users.GetUserAsync(new GetUserRequest { UserId = id });
        Assert.Equal(id, user.User.UserId);
        Assert.Equal(2, user.State.InteractionCount);
        Assert.Equal(["b", "a"], user.State.RecentItemIds);
        Assert.True(user.State.StateBytes > 0);
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await _clients.Users.GetUserAsync(new GetUserRequest { UserId = Sample.Name("user") }));
    }

    [Fact]
    public async Task Profile_when_written_is_read_back_and_changes_by_mask()
    {
        var sent = new User
        {
            UserId = Sample.Name("user"),
            AccountId = "family",
            MaturityCeiling = 12,
            Consent = new Consent { Personalization = ConsentChoice.Granted, Retention = ConsentChoice.Granted },
            Locale = "pt-BR",
            Country = "BR",
            Attributes = { ["tier"] = "gold" },
        };
        var stored = (await _clients.Users.UpdateUserAsync(new UpdateUserRequest { User = sent })).User;
        Assert.NotEmpty(stored.Etag);
        Assert.Equal(stored, (await _clients.Users.GetUserAsync(new GetUserRequest { UserId = sent.UserId })).User);
        var changed = (await _clients.Users.UpdateUserAsync(new UpdateUserRequest
        {
            User = new User { UserId = sent.UserId, Consent = new Consent { Personalization = ConsentChoice.Denied, Retention = ConsentChoice.Denied } },
            UpdateMask = FieldMask.FromString("consent.personalization,maturity_ceiling"),
        })).User;
        Assert.Equal(ConsentChoice.Denied, changed.Consent.Personalization);
        Assert.Equal(ConsentChoice.Granted, changed.Consent.Retention);
        Assert.False(changed.HasMaturityCeiling);
        Assert.Equal("family", changed.AccountId);

        sent.Etag = stored.Etag;
        await RpcAssert.FailsAsync(StatusCode.Aborted, async () => await _clients.Users.UpdateUserAsync(new UpdateUserRequest { User = sent }));
    }

    [Fact]
    public async Task Bad_profile_when_written_names_every_field() =>
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Users.UpdateUserAsync(new UpdateUserRequest
            {
                User = new User
                {
                    AccountId = new string('a', 129),
                    MaturityCeiling = -1,
                    Consent = new Consent { Personalization = (ConsentChoice)8 },
                    Locale = "-",
                    Country = "Brazil",
                    Attributes = { ["k"] = new string('v', 129) },
                },
                UpdateMask = FieldMask.FromString("locale,user_id"),
            }),
            "update_mask.paths[1]", "user.user_id", "user.account_id", "user.maturity_ceiling", "user.consent.personalization", "user.locale", "user.country",
            "user.attributes");

    [Fact]
    public async Task Retention_when_denied_discards_further_events()
    {
        var id = Sample.Name("user");
        await _clients.Users.UpdateUserAsync(new UpdateUserRequest { User = new User { UserId = id, Consent = new Consent { Retention = ConsentChoice.Denied } } });
        var ack = (await _clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(id, "a")))).Acks.Single();
        Assert.Equal(EventAck.ResultOneofCase.Discarded, ack.ResultCase);
        Assert.Empty((await _clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = id })).Events);
    }

    [Fact]
    public async Task Events_when_listed_come_in_pages_newest_first()
    {
        var id = Sample.Name("user");
        await _clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(id, "a"), Sample.Play(id, "b"), Sample.Play(id, "c")));
        var first = await _clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = id, PageSize = 2 });
        Assert.Equal(["c", "b"], first.Events.Select(entry => entry.Event.ItemId));
        var second = await _clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = id, PageSize = 2, PageToken = first.NextPageToken });
        Assert.Equal(["a"], second.Events.Select(entry => entry.Event.ItemId));
        Assert.Empty(second.NextPageToken);
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = "another", PageToken = first.NextPageToken }), "page_token");
    }

    [Fact]
    public async Task Anonymous_user_when_linked_hands_the_events_over()
    {
        var (anonymous, known) = (Sample.Name("user"), Sample.Name("user"));
        await _clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(anonymous, "a", "1"), Sample.Play(known, "b", "2")));
        var response = await _clients.Users.LinkUsersAsync(new LinkUsersRequest { AnonymousUserId = anonymous, KnownUserId = known });
        Assert.Equal(1, response.MovedEventCount);
        var events = (await _clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = known })).Events.Select(entry => entry.Event).ToArray();
        Assert.Equal(["1", "2"], events.Where(e => e.Type == EventType.Play).Select(e => e.EventId).Order());
        Assert.Single(events, e => e is { Type: EventType.Custom, CustomName: "recsys.link" });
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await _clients.Users.GetUserAsync(new GetUserRequest { UserId = anonymous }));
        await RpcAssert.FailsAtAsync(
            async () => await _clients.Users.LinkUsersAsync(new LinkUsersRequest { AnonymousUserId = "x", KnownUserId = "x" }), "known_user_id");
        await RpcAssert.FailsAsync(
            StatusCode.NotFound,
            async () => await _clients.Users.LinkUsersAsync(new LinkUsersRequest { AnonymousUserId = Sample.Name("user"), KnownUserId = known }));
    }

    [Fact]
    public async Task User_when_exported_and_deleted_is_gone()
    {
        var id = Sample.Name("user");
        await _clients.Events.WriteEventsAsync(Sample.Write(
            Sample.Play(id, "a"), new Event { UserId = id, Type = EventType.Impression, ItemId = "b" }));
        await _clients.Users.UpdateUserAsync(new UpdateUserRequest { User = new User { UserId = id, Country = "BR" } });
        using var export = _clients.Users.ExportUser(new ExportUserRequest { UserId = id });
        var kinds = new List<string>();
        await foreach (var document in export.ResponseStream.ReadAllAsync())
        {
            kinds.Add(document.Kind);
            using var parsed = JsonDocument.Parse(document.Json);
        }

        Assert.Equal(["event", "exposure", "profile", "state"], kinds.Order());
        await _clients.Users.DeleteUserAsync(new DeleteUserRequest { UserId = id });
        await _clients.Users.DeleteUserAsync(new DeleteUserRequest { UserId = id });
        await RpcAssert.FailsAsync(StatusCode.NotFound, async () => await _clients.Users.GetUserAsync(new GetUserRequest { UserId = id }));
        Assert.Empty((await _clients.Users.ListUserEventsAsync(new ListUserEventsRequest { UserId = id })).Events);
        using var gone = _clients.Users.ExportUser(new ExportUserRequest { UserId = id });
        await RpcAssert.FailsAsync(StatusCode.NotFound, () => gone.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Events_of_a_namespace_when_exported_are_its_own_without_deleted_users_and_undone_events()
    {
        var ns = Sample.Name("export");
        var events = Sample.Write(Sample.Play("a", "x", "1"), Sample.Play("a", "y", "2"), Sample.Play("b", "x"), new Event { UserId = "a", Type = EventType.Impression, ItemId = "z" });
        events.Namespace = ns;
        await _clients.Events.WriteEventsAsync(events);
        await _clients.Events.WriteEventsAsync(Sample.Write(Sample.Play(Sample.Name("user"), "x")));
        await _clients.Events.UndoEventsAsync(new UndoEventsRequest { Namespace = ns, UserId = "a", EventIds = { "1" } });
        Assert.Equal(["a y", "b x"], (await ExportAsync(new ExportEventsRequest { Namespace = ns })).Order());
        Assert.Equal(
            ["a x undone", "a y", "a z", "b x"],
            (await ExportAsync(new ExportEventsRequest { Namespace = ns, IncludeExposures = true, IncludeUndone = true })).Order());
        await _clients.Users.DeleteUserAsync(new DeleteUserRequest { Namespace = ns, UserId = "a" });
        Assert.Equal(["b x"], await ExportAsync(new ExportEventsRequest { Namespace = ns, IncludeExposures = true, IncludeUndone = true }));
        await RpcAssert.FailsAtAsync(
            () => ExportAsync(new ExportEventsRequest { FromTime = new Timestamp { Seconds = 2 }, ToTime = new Timestamp { Seconds = 2 } }), "to_time");
    }

    private async Task<List<string>> ExportAsync(ExportEventsRequest request)
    {
        using var call = _clients.Users.ExportEvents(request);
        var found = new List<string>();
        await foreach (var batch in call.ResponseStream.ReadAllAsync())
            found.AddRange(batch.Events.Select(stored => $"{stored.Event.UserId} {stored.Event.ItemId}{(stored.Undone ? " undone" : "")}"));
        return found;
    }
}
