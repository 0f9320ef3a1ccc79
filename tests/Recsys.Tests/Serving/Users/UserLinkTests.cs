using CsCheck;
using Recsys.Serving;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Serving.Users;
using Recsys.Storage;

namespace Recsys.Tests.Serving.Users;

public sealed class UserLinkTests
{
    private const string Ns = EngineRig.Ns;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task The_known_user_gets_the_state_that_one_user_with_all_the_events_would_have()
    {
        await using var rig = await EngineRig.OpenAsync(new FoldRules { RingLimit = 12, RingKeep = 8 });
        await rig.GoLiveAsync("session-1", ["i0", "i1", "i2", "i3"]);
        var round = 0;
        var event_ = Gen.Select(Gen.Int[1, 10], Gen.Int[0, 5], Gen.Int[0, 1], Gen.Int[0, 120], Gen.Bool);
        await event_.Array[0, 40].SampleAsync(
            async events =>
            {
                var r = Interlocked.Increment(ref round);
                var (anonymous, known, clean) = ($"anon-{r}", $"known-{r}", $"clean-{r}");
                await rig.WriteAsync(rig.Like(anonymous, "i0", 0, id: "first"));
                await rig.WriteAsync(rig.Like(clean, "i0", 0, id: "first"));
                for (var i = 0; i < events.Length; i++)
                {
                    // Distinct times: which of two events of one moment was committed first differs between the two ways.
                    var (type, item, session, minutes, isKnown) = events[i];
                    var time = (minutes * 60_000L) + i + 1;
                    var e = rig.Event(clean, (WatchEventType)type, $"i{item}", time, $"e{i}", $"s{session}", position: 10 * i, duration: 400);
                    e = e with { RatingShare = 0.5 };
                    await rig.WriteAsync(e);
                    await rig.WriteAsync(e with { UserId = isKnown ? known : anonymous });
                }

                await rig.Engine.Users.LinkAsync(Ns, anonymous, known, None);
                var (linked, expected) = (await rig.RecordAsync(known), await rig.RecordAsync(clean));
                Assert.Equal(Convert.ToHexString(expected.State.Span), Convert.ToHexString(linked.State.Span));
                Assert.Equal(0, (await rig.RecordAsync(anonymous)).Revision);
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public async Task Events_and_exposures_move_with_their_ids_and_times_and_are_counted()
    {
        await using var rig = await EngineRig.OpenAsync();
        var early = rig.NowMs - 5_000;
        await rig.WriteAsync(rig.Like("ann", "known", id: "k1"));
        await rig.WriteAsync(rig.Like("anon", "chess", early, id: "a1"), rig.Event("anon", WatchEventType.Impression, "go", early, id: "x1"));
        Assert.Equal(1, await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None));
        var events = await rig.Engine.Users.ListEventsAsync(Ns, "ann", long.MaxValue, 10, None);
        Assert.Equal(early, events.Single(e => e.Event.EventId == "a1").Event.EventTimeMs);
        Assert.Equal("recsys.link", events[0].Event.CustomName);
        Assert.DoesNotContain("anon", events[0].Event.EventId, StringComparison.Ordinal);
        Assert.Equal("x1", Assert.Single(await rig.LogAsync("ann", LogStream.Exposures)).EventId);
        Assert.Equal(["known", "chess"], (await rig.Engine.Users.GetAsync(Ns, "ann", None)).RecentItemIds);
        Assert.Equal([EventOutcome.Duplicate], await rig.WriteAsync(rig.Like("ann", "chess", early, id: "a1")));
    }

    [Fact]
    public async Task Nothing_doubles_when_the_call_breaks_between_the_move_and_the_deletion_and_is_repeated()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("anon", "chess"), rig.Like("anon", "go"), rig.Event("anon", WatchEventType.Impression, "go"));
        rig.Store.LosesAnswers = true;
        var lost = await Assert.ThrowsAsync<EngineException>(async () => await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None));
        Assert.Equal(EngineErrorKind.Unavailable, lost.Kind);
        rig.Store.LosesAnswers = false;
        Assert.NotEqual(0, (await rig.RecordAsync("anon")).Revision);

        // The app goes on under the anonymous id, because it was told that the link failed.
        await rig.WriteAsync(rig.Like("anon", "late"));
        await rig.ReopenAsync();
        Assert.Equal(3, await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None));
        Assert.Equal(["late", "go", "chess"], (await rig.Engine.Users.GetAsync(Ns, "ann", None)).RecentItemIds);
        Assert.Single(await rig.LogAsync("ann", LogStream.Exposures));
        Assert.Equal(3, (await rig.LogAsync("ann")).Count(entry => !entry.EventId.StartsWith("recsys.link", StringComparison.Ordinal)));

        // Once more, as after an answer that was lost.
        Assert.Equal(3, await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None));
        Assert.Equal(3, (await rig.Engine.Users.GetAsync(Ns, "ann", None)).RingCount);
    }

    [Fact]
    public async Task An_anonymous_id_that_is_used_again_after_a_link_can_be_linked_again()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("anon", "chess"));
        await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None);
        await rig.WriteAsync(rig.Like("anon", "go"));
        await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None);
        Assert.Equal(["go", "chess"], (await rig.Engine.Users.GetAsync(Ns, "ann", None)).RecentItemIds);
        await rig.WriteAsync(rig.Like("anon", "draughts"));
        Assert.Equal(1, await rig.Engine.Users.LinkAsync(Ns, "anon", "bob", None));
        Assert.Equal(["draughts"], (await rig.Engine.Users.GetAsync(Ns, "bob", None)).RecentItemIds);
    }

    [Fact]
    public async Task Events_that_were_undone_or_that_the_known_user_has_already_are_not_moved()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("ann", "chess", id: "both"));
        await rig.WriteAsync(rig.Like("anon", "chess", id: "both"), rig.Like("anon", "go", id: "undone"), rig.Like("anon", "draughts", id: "kept"));
        await rig.Engine.UndoAsync(Ns, "anon", ["undone"], None);
        Assert.Equal(1, await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None));
        Assert.Equal(["draughts", "chess"], (await rig.Engine.Users.GetAsync(Ns, "ann", None)).RecentItemIds);
    }

    [Fact]
    public async Task Nothing_is_stored_for_a_known_user_who_does_not_allow_retention()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutProfileAsync(new() { UserId = "ann", Retention = ConsentChoice.Denied });
        await rig.WriteAsync(rig.Like("anon", "chess"));
        Assert.Equal(0, await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None));
        Assert.Empty(await rig.LogAsync("ann"));
        Assert.Equal(0, (await rig.RecordAsync("anon")).Revision);
    }

    [Theory]
    [InlineData(null, ConsentChoice.Unspecified, 6, ConsentChoice.Denied)]
    [InlineData(12, ConsentChoice.Unspecified, 6, ConsentChoice.Denied)]
    [InlineData(3, ConsentChoice.Granted, 3, ConsentChoice.Granted)]
    [InlineData(0, ConsentChoice.Denied, 0, ConsentChoice.Denied)]
    public async Task The_known_user_keeps_the_own_word_and_takes_over_what_the_anonymous_one_refused(int? ceiling, ConsentChoice own, int merged, ConsentChoice consent)
    {
        foreach (var retention in new[] { ConsentChoice.Unspecified, ConsentChoice.Denied })
        {
            await using var rig = await EngineRig.OpenAsync();
            await rig.PutProfileAsync(new() { UserId = "anon", MaturityCeiling = 6, Personalization = ConsentChoice.Denied, AccountId = "home" });
            await rig.PutProfileAsync(new() { UserId = "ann", MaturityCeiling = ceiling, Personalization = own, Retention = retention, Country = "BR" });
            await rig.WriteAsync(rig.Like("anon", "chess"));
            await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None);
            var profile = (await rig.Engine.Users.GetAsync(Ns, "ann", None)).Profile;
            Assert.Equal((merged, consent, retention, "home", "BR"), (profile.MaturityCeiling, profile.Personalization, profile.Retention, profile.AccountId, profile.Country));
        }
    }

    [Fact]
    public async Task A_known_user_without_a_profile_has_the_anonymous_ones_ceiling_and_consent_afterwards()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutProfileAsync(new() { UserId = "anon", MaturityCeiling = 6, Personalization = ConsentChoice.Denied, Retention = ConsentChoice.Denied });
        await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None);
        var profile = (await rig.Engine.Users.GetAsync(Ns, "ann", None)).Profile;
        Assert.Equal(("ann", 6, ConsentChoice.Denied, ConsentChoice.Denied), (profile.UserId, profile.MaturityCeiling, profile.Personalization, profile.Retention));
    }

    [Fact]
    public async Task A_link_is_refused_when_it_makes_no_sense_or_is_too_large()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("ann", "chess"));
        await AssertRefusedAsync(rig, "ann", EngineErrorKind.InvalidArgument, "SAME_USER");
        await AssertRefusedAsync(rig, "nobody", EngineErrorKind.NotFound, "USER_NOT_FOUND");
        var appends = Enumerable.Range(0, 20_001).Select(_ => new LogAppend(LogStream.Events, "", 0, new byte[] { 1 })).ToArray();
        await rig.Sqlite.CommitAsync([new() { User = new(Ns, "busy"), ExpectedRevision = 0, Appends = appends, ReceiveTimeMs = rig.NowMs }], None);
        await AssertRefusedAsync(rig, "busy", EngineErrorKind.FailedPrecondition, "TOO_MANY_EVENTS");
        Assert.Single(await rig.LogAsync("ann"));
    }

    [Fact]
    public async Task No_event_is_lost_when_links_and_events_of_both_users_come_at_once()
    {
        await using var rig = await EngineRig.OpenAsync();
        var writes = Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
            Assert.Equal([EventOutcome.Accepted], await rig.WriteAsync(rig.Like(i % 2 == 0 ? "anon" : "ann", $"i{i}", id: $"e{i}")))));
        var links = Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            try
            {
                await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None);
            }
            catch (EngineException e) when (e.Kind == EngineErrorKind.NotFound)
            {
                // Nothing of the anonymous user's was there yet.
            }
        }));
        await Task.WhenAll([.. writes, .. links]).WaitAsync(TimeSpan.FromSeconds(60));
        await rig.WriteAsync(rig.Like("anon", "last", id: "last"));
        await rig.Engine.Users.LinkAsync(Ns, "anon", "ann", None);
        var moved = (await rig.LogAsync("ann")).Select(entry => entry.EventId).Where(id => !id.StartsWith("recsys.link", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"e{i}").Append("last").Order(), moved.Order());
        Assert.Equal(61, (await rig.Engine.Users.GetAsync(Ns, "ann", None)).RingCount);
    }

    private static async Task AssertRefusedAsync(EngineRig rig, string anonymous, EngineErrorKind kind, string reason)
    {
        var refused = await Assert.ThrowsAsync<EngineException>(async () => await rig.Engine.Users.LinkAsync(Ns, anonymous, "ann", None));
        Assert.Equal((kind, reason), (refused.Kind, refused.Reason));
    }
}
