using System.Text.Json;
using Recsys.Serving;
using Recsys.Serving.Events;
using Recsys.Serving.Users;
using Recsys.Storage;

namespace Recsys.Tests.Serving.Users;

public sealed class UserDirectoryTests
{
    private const string Ns = EngineRig.Ns;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_user_is_found_when_there_are_events_or_a_profile_and_not_before_or_after()
    {
        await using var rig = await EngineRig.OpenAsync();
        await AssertNotFoundAsync(rig, "ann");
        await rig.WriteAsync(rig.Like("ann", "chess"));
        var summary = await rig.Engine.Users.GetAsync(Ns, "ann", None);
        Assert.Equal(("ann", "", 1, 1L), (summary.Profile.UserId, summary.Etag, summary.RingCount, summary.InteractionCount));
        await rig.Engine.Users.UpdateAsync(Ns, "bob", "", profile => profile with { Country = "BR" }, None);
        summary = await rig.Engine.Users.GetAsync(Ns, "bob", None);
        Assert.Equal(("BR", 0, (long?)null), (summary.Profile.Country, summary.RingCount, summary.LastEventTimeMs));
        foreach (var user in new[] { "ann", "bob" })
        {
            await rig.Engine.Users.DeleteAsync(Ns, user, None);
            await rig.Engine.Users.DeleteAsync(Ns, user, None);
            await AssertNotFoundAsync(rig, user);
        }
    }

    [Fact]
    public async Task The_summary_says_what_the_state_holds_with_plays_closed_that_have_timed_out()
    {
        await using var rig = await EngineRig.OpenAsync();
        for (var i = 0; i < 25; i++) await rig.WriteAsync(rig.Like("ann", $"item-{i}", rig.NowMs + i));
        await rig.WriteAsync(rig.Event("ann", WatchEventType.PlayStart, "film", rig.NowMs + 100));
        var playing = await rig.Engine.Users.GetAsync(Ns, "ann", None);
        Assert.Equal((25, 1, rig.NowMs + 100), (playing.RingCount, playing.OpenPlayCount, playing.LastEventTimeMs));
        Assert.Equal(Enumerable.Range(5, 20).Reverse().Select(i => $"item-{i}"), playing.RecentItemIds);
        Assert.Equal((await rig.RecordAsync("ann")).State.Length, playing.StateBytes);
        rig.Time.Advance(TimeSpan.FromMinutes(31));
        var later = await rig.Engine.Users.GetAsync(Ns, "ann", None);
        Assert.Equal((26, 0, "film"), (later.RingCount, later.OpenPlayCount, later.RecentItemIds[0]));
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_is_made_anew_from_the_log()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("ann", "chess"));
        await rig.Sqlite.CommitAsync([new() { User = new(Ns, "ann"), ExpectedRevision = null, State = new byte[] { 99, 1 }, ReceiveTimeMs = rig.NowMs }], None);
        Assert.Equal(["chess"], (await rig.Engine.Users.GetAsync(Ns, "ann", None)).RecentItemIds);
    }

    [Fact]
    public async Task A_profile_comes_back_with_every_field_and_keeps_its_first_writing_time()
    {
        await using var rig = await EngineRig.OpenAsync();
        var full = new UserProfile
        {
            UserId = "ann",
            AccountId = "family",
            MaturityCeiling = 0,
            Personalization = ConsentChoice.Denied,
            Retention = ConsentChoice.Granted,
            Locale = "pt-BR",
            Country = "BR",
            Attributes = new Dictionary<string, string> { ["tier"] = "gold" },
        };
        var first = await rig.Engine.Users.UpdateAsync(Ns, "ann", "", _ => full with { UserId = "somebody else", CreateTimeMs = 5 }, None);
        Assert.Equivalent(full with { CreateTimeMs = rig.NowMs, UpdateTimeMs = rig.NowMs }, first.Profile, strict: true);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await rig.Engine.Users.UpdateAsync(Ns, "ann", first.Etag, profile => profile with { MaturityCeiling = null }, None);
        Assert.Equal((rig.NowMs - 1000, rig.NowMs), (second.Profile.CreateTimeMs, second.Profile.UpdateTimeMs));
        var read = await rig.Engine.Users.GetAsync(Ns, "ann", None);
        Assert.Equivalent(second.Profile, read.Profile, strict: true);
        Assert.Equal(second.Etag, read.Etag);
    }

    [Fact]
    public async Task A_profile_is_not_changed_when_the_etag_is_stale_while_events_do_not_make_it_so()
    {
        await using var rig = await EngineRig.OpenAsync();
        var first = await rig.Engine.Users.UpdateAsync(Ns, "ann", "", profile => profile with { Country = "BR" }, None);
        await rig.WriteAsync(rig.Like("ann", "chess"));
        await rig.Engine.Users.UpdateAsync(Ns, "ann", first.Etag, profile => profile with { Country = "DE" }, None);
        var stale = await Assert.ThrowsAsync<EngineException>(
            async () => await rig.Engine.Users.UpdateAsync(Ns, "ann", first.Etag, profile => profile with { Country = "FR" }, None));
        Assert.Equal((EngineErrorKind.Aborted, "ETAG_MISMATCH"), (stale.Kind, stale.Reason));
        await Assert.ThrowsAsync<EngineException>(async () => await rig.Engine.Users.UpdateAsync(Ns, "new", "abc", profile => profile, None));
        await AssertNotFoundAsync(rig, "new");
        Assert.Equal("DE", (await rig.Engine.Users.GetAsync(Ns, "ann", None)).Profile.Country);
    }

    [Fact]
    public async Task No_change_and_no_event_is_lost_when_both_come_at_once()
    {
        await using var rig = await EngineRig.OpenAsync();
        var changes = Enumerable.Range(0, 20).Select(i => Task.Run(async () => await rig.Engine.Users.UpdateAsync(
            Ns, "ann", "", profile => profile with { Attributes = new Dictionary<string, string>(profile.Attributes) { [$"k{i}"] = "v" } }, None)));
        var events = Enumerable.Range(0, 20).Select(i => Task.Run(async () => await rig.WriteAsync(rig.Like("ann", $"item-{i}"))));
        await Task.WhenAll([.. changes, .. events]);
        var summary = await rig.Engine.Users.GetAsync(Ns, "ann", None);
        Assert.Equal((20, 20), (summary.Profile.Attributes.Count, summary.RingCount));
    }

    [Fact]
    public async Task A_rival_process_does_not_lose_a_change_when_it_commits_in_between()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("ann", "chess"));
        var rivals = 0;
        rig.Store.BeforeCommit = async () =>
        {
            if (rivals++ > 0) return;
            await rig.Sqlite.CommitAsync([new() { User = new(Ns, "ann"), ExpectedRevision = null, ReceiveTimeMs = rig.NowMs }], None);
        };
        await rig.Engine.Users.UpdateAsync(Ns, "ann", "", profile => profile with { Country = "BR" }, None);
        Assert.Equal(2, rivals);
        Assert.Equal("BR", (await rig.Engine.Users.GetAsync(Ns, "ann", None)).Profile.Country);
    }

    [Fact]
    public async Task Watchers_are_told_when_the_profile_changes()
    {
        await using var rig = await EngineRig.OpenAsync();
        var told = 0;
        using var watch = rig.Engine.Watch(new(Ns, "ann"), () => Interlocked.Increment(ref told));
        Assert.Equal(1, told);
        await rig.Engine.Users.UpdateAsync(Ns, "ann", "", profile => profile with { Country = "BR" }, None);
        Assert.Equal(2, told);
    }

    [Fact]
    public async Task Events_are_listed_newest_commit_first_page_by_page_with_the_undone_marked()
    {
        await using var rig = await EngineRig.OpenAsync();
        for (var i = 0; i < 5; i++) await rig.WriteAsync(rig.Like("ann", $"item-{i}", id: $"e{i}"));
        await rig.WriteAsync(rig.Event("ann", WatchEventType.Impression, "item-1"));
        await rig.Engine.UndoAsync(Ns, "ann", ["e3"], None);
        var read = new List<StoredEvent>();
        var before = long.MaxValue;
        while (await rig.Engine.Users.ListEventsAsync(Ns, "ann", before, 2, None) is { Count: > 0 } page)
        {
            read.AddRange(page);
            before = page[^1].Sequence;
        }

        Assert.Equal(["e4", "e3", "e2", "e1", "e0"], read.Select(e => e.Event.EventId));
        Assert.Equal([false, true, false, false, false], read.Select(e => e.Undone));
        Assert.All(read, e => Assert.Equal(rig.NowMs, e.ReceiveTimeMs));
        Assert.Empty(await rig.Engine.Users.ListEventsAsync(Ns, "nobody", long.MaxValue, 10, None));
    }

    [Fact]
    public async Task An_export_holds_everything_that_is_stored_as_valid_json()
    {
        await using var rig = await EngineRig.OpenAsync();
        await AssertNothingToExportAsync(rig);
        await rig.GoLiveAsync("session-1", ["chess", "go"]);
        await rig.Engine.Users.UpdateAsync(Ns, "ann", "", profile => profile with { Country = "BR" }, None);
        await rig.WriteAsync(
            rig.Like("ann", "chess", id: "e1"),
            rig.Event("ann", WatchEventType.Rating, "go") with { RatingShare = 0.8 },
            rig.Event("ann", WatchEventType.PlayStart, "film", session: "s") with { Context = new() { Device = "tv", UtcOffsetSeconds = 3600 } },
            rig.Event("ann", WatchEventType.Impression, "chess", id: "shown") with { RecommendationId = "r1", ListPosition = 3, Propensity = 0.25 });
        await rig.Engine.UndoAsync(Ns, "ann", ["e1"], None);
        var documents = new List<(string Kind, JsonElement Json)>();
        await foreach (var (kind, json) in rig.Engine.Users.ExportAsync(Ns, "ann", None)) documents.Add((kind, JsonDocument.Parse(json).RootElement));
        Assert.Equal(["profile", "state", "event", "event", "event", "exposure"], documents.Select(document => document.Kind));
        Assert.Equal("BR", documents[0].Json.GetProperty("country").GetString());
        var state = documents[1].Json;
        Assert.Equal("go", state.GetProperty("ring")[0].GetProperty("item_id").GetString());
        Assert.Equal(0.8, state.GetProperty("ring")[0].GetProperty("strength").GetDouble(), 3);
        Assert.Equal("film", state.GetProperty("open_plays")[0].GetProperty("item_id").GetString());
        Assert.NotEmpty(state.GetProperty("network_states")[0].GetProperty("values").EnumerateArray());
        Assert.True(documents[2].Json.GetProperty("undone").GetBoolean());
        Assert.Equal(4, documents[3].Json.GetProperty("rating").GetDouble());
        Assert.Equal("tv", documents[4].Json.GetProperty("context").GetProperty("device").GetString());
        Assert.Equal(("r1", 3), (documents[5].Json.GetProperty("recommendation_id").GetString(), documents[5].Json.GetProperty("list_position").GetInt32()));
        Assert.Equal(0.25, documents[5].Json.GetProperty("propensity").GetDouble());
    }

    [Fact]
    public async Task Nothing_of_a_deleted_user_is_left_and_a_new_history_starts_when_events_come_again()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("ann", "chess", id: "e1"), rig.Event("ann", WatchEventType.Impression, "chess"));
        await rig.Engine.Users.DeleteAsync(Ns, "ann", None);
        Assert.Empty(await rig.LogAsync("ann"));
        Assert.Empty(await rig.LogAsync("ann", LogStream.Exposures));
        await rig.WriteAsync(rig.Like("ann", "go", id: "e1"));
        Assert.Equal(["go"], (await rig.Engine.Users.GetAsync(Ns, "ann", None)).RecentItemIds);
    }

    [Fact]
    public async Task A_store_that_is_down_is_an_error_of_the_kind_that_helps_to_retry()
    {
        await using var rig = await EngineRig.OpenAsync();
        rig.Store.IsDown = true;
        var users = rig.Engine.Users;
        Func<Task>[] calls =
        [
            async () => await users.GetAsync(Ns, "ann", None),
            async () => await users.UpdateAsync(Ns, "ann", "", profile => profile, None),
            async () => await users.ListEventsAsync(Ns, "ann", long.MaxValue, 1, None),
            async () => await users.LinkAsync(Ns, "anon", "ann", None),
            async () => await users.DeleteAsync(Ns, "ann", None),
            async () => await users.ExportAsync(Ns, "ann", None).ToListAsync(),
        ];
        foreach (var call in calls) Assert.Equal(EngineErrorKind.Unavailable, (await Assert.ThrowsAsync<EngineException>(call)).Kind);
        rig.Store.IsDown = false;
    }

    private static async Task AssertNotFoundAsync(EngineRig rig, string user)
    {
        var missing = await Assert.ThrowsAsync<EngineException>(async () => await rig.Engine.Users.GetAsync(Ns, user, None));
        Assert.Equal((EngineErrorKind.NotFound, "USER_NOT_FOUND"), (missing.Kind, missing.Reason));
    }

    private static async Task AssertNothingToExportAsync(EngineRig rig)
    {
        var missing = await Assert.ThrowsAsync<EngineException>(async () => await rig.Engine.Users.ExportAsync(Ns, "ann", None).ToListAsync());
        Assert.Equal(EngineErrorKind.NotFound, missing.Kind);
    }
}
