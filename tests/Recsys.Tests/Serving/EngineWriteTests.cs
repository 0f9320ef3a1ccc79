using Recsys.Inference;
using Recsys.Serving;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Sessions;
using Recsys.Serving.Users;
using Recsys.Storage;

namespace Recsys.Tests.Serving;

public sealed class EngineWriteTests
{
    private const long Second = 1_000;

    [Fact]
    public async Task A_duplicate_is_answered_and_changes_nothing_whether_it_comes_together_or_later()
    {
        await using var rig = await EngineRig.OpenAsync();
        Assert.Equal([EventOutcome.Accepted, EventOutcome.Duplicate], await rig.WriteAsync(rig.Like("u", "a", id: "1"), rig.Like("u", "a", id: "1")));
        var before = await rig.RecordAsync("u");
        Assert.Equal([EventOutcome.Duplicate], await rig.WriteAsync(rig.Like("u", "a", id: "1")));
        var after = await rig.RecordAsync("u");
        Assert.Equal(before.Revision, after.Revision);
        Assert.Equal(before.State.ToArray(), after.State.ToArray());
        Assert.Single(await rig.LogAsync("u"));
        Assert.Equal([EventOutcome.Accepted], await rig.WriteAsync(rig.Like("v", "a", id: "1")));
    }

    [Fact]
    public async Task A_duplicate_is_taken_anew_after_a_day()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("u", "a", id: "1"));
        rig.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal([EventOutcome.Duplicate], await rig.WriteAsync(rig.Like("u", "a", id: "1")));
        rig.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal([EventOutcome.Accepted], await rig.WriteAsync(rig.Like("u", "a", id: "1")));
    }

    [Fact]
    public async Task Heart_beats_are_logged_but_not_tracked_and_a_film_moves_the_model_once()
    {
        await using var rig = await EngineRig.OpenAsync();
        var model = await rig.GoLiveAsync("m", ["film", "other"]);
        await rig.WriteAsync(rig.Event("u", WatchEventType.PlayStart, "film", duration: 7_200 * Second));
        for (var i = 1; i <= 360; i++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(20));
            await rig.WriteAsync(rig.Event("u", WatchEventType.PlayProgress, "film", id: "beat", position: i * 20 * Second));
        }

        Assert.Empty((await rig.StateAsync("u")).Slots);
        await rig.WriteAsync(rig.Event("u", WatchEventType.PlayStop, "film"));
        var state = await rig.StateAsync("u");
        Assert.Equal(362, (await rig.LogAsync("u")).Count);
        Assert.Single(state.Ring);
        var once = new Half[model.Network.SlotLength];
        model.Network.Step(once, new(model.DenseId(state.Ring[0].Item), InteractionKind.Play, Strength.FromShare(1)));
        Assert.Equal(once, state.Slots[0].Values);
    }

    [Fact]
    public async Task An_ack_comes_only_after_the_commit()
    {
        await using var rig = await EngineRig.OpenAsync();
        rig.Store.Close();
        var write = rig.Engine.WriteAsync(EngineRig.Ns, [rig.Like("u", "a")], CancellationToken.None).AsTask();
        await Eventually(() => rig.Store.CommitCalls == 1);
        Assert.False(write.IsCompleted);
        Assert.Empty(await rig.LogAsync("u"));
        rig.Store.Open();
        Assert.Equal([EventOutcome.Accepted], await write);
        Assert.Single(await rig.LogAsync("u"));
    }

    [Fact]
    public async Task Events_that_wait_together_become_one_commit()
    {
        await using var rig = await EngineRig.OpenAsync();
        rig.Store.Close();
        var first = rig.Engine.WriteAsync(EngineRig.Ns, [rig.Like("u", "a")], CancellationToken.None).AsTask();
        await Eventually(() => rig.Store.CommitCalls == 1);
        var others = Enumerable.Range(0, 50).Select(i => rig.Engine.WriteAsync(EngineRig.Ns, [rig.Like("u", $"b{i}")], CancellationToken.None).AsTask()).ToArray();
        rig.Store.Open();
        await first;
        await Task.WhenAll(others);
        Assert.Equal(2, rig.Store.CommitCalls);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"b{i}").Prepend("a"), await ItemsOf(rig, "u"));
    }

    [Fact]
    public async Task A_store_that_is_down_answers_Unavailable_and_the_next_event_goes_through()
    {
        await using var rig = await EngineRig.OpenAsync();
        rig.Store.IsDown = true;
        Assert.Equal([EventOutcome.Unavailable, EventOutcome.Unavailable], await rig.WriteAsync(rig.Like("u", "a"), rig.Like("v", "b")));
        rig.Store.IsDown = false;
        Assert.Equal([EventOutcome.Accepted], await rig.WriteAsync(rig.Like("u", "a")));
        Assert.Single(await rig.LogAsync("u"));
    }

    [Fact]
    public async Task An_event_whose_answer_was_lost_is_a_duplicate_when_it_is_sent_again()
    {
        await using var rig = await EngineRig.OpenAsync();
        rig.Store.LosesAnswers = true;
        Assert.Equal([EventOutcome.Unavailable], await rig.WriteAsync(rig.Like("u", "a", id: "1")));
        rig.Store.LosesAnswers = false;
        Assert.Equal([EventOutcome.Duplicate], await rig.WriteAsync(rig.Like("u", "a", id: "1")));
        Assert.Single((await rig.StateAsync("u")).Ring);
    }

    [Fact]
    public async Task More_events_than_may_wait_are_refused_at_once()
    {
        await using var rig = await EngineRig.OpenAsync(maxPending: 1_000);
        rig.Store.Close();
        var waiting = rig.Engine.WriteAsync(EngineRig.Ns, [.. Enumerable.Range(0, 900).Select(i => rig.Like($"u{i}", "a"))], CancellationToken.None).AsTask();
        WatchEvent[] more = [.. Enumerable.Range(0, 101).Select(i => rig.Like("v", $"b{i}"))];
        Assert.All(await rig.WriteAsync(more), outcome => Assert.Equal(EventOutcome.Overloaded, outcome));
        rig.Store.Open();
        Assert.All(await waiting, outcome => Assert.Equal(EventOutcome.Accepted, outcome));
        Assert.All(await rig.WriteAsync(more), outcome => Assert.Equal(EventOutcome.Accepted, outcome));
    }

    [Fact]
    public async Task A_user_who_denies_retention_leaves_no_trace()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutProfileAsync(new() { UserId = "u", Retention = ConsentChoice.Denied });
        var before = await rig.RecordAsync("u");
        Assert.Equal([EventOutcome.Discarded, EventOutcome.Accepted], await rig.WriteAsync(rig.Like("u", "a"), rig.Like("v", "b")));
        Assert.Empty(await rig.LogAsync("u"));
        Assert.Equal(before.Revision, (await rig.RecordAsync("u")).Revision);
        Assert.Equal(["b"], (await rig.Sqlite.ListItemNumbersAsync(0, 10, CancellationToken.None)).Select(item => item.ItemId));
    }

    [Fact]
    public async Task Impressions_and_custom_events_are_logged_and_never_touch_the_state()
    {
        await using var rig = await EngineRig.OpenAsync();
        var custom = rig.Event("u", WatchEventType.Custom, "") with { CustomName = "level_up" };
        Assert.Equal([EventOutcome.Accepted, EventOutcome.Accepted], await rig.WriteAsync(rig.Event("u", WatchEventType.Impression, "a"), custom));
        Assert.True((await rig.RecordAsync("u")).State.IsEmpty);
        await rig.WriteAsync(rig.Like("u", "a"));
        var before = (await rig.RecordAsync("u")).State.ToArray();
        await rig.WriteAsync(rig.Event("u", WatchEventType.Impression, "b", rig.NowMs - Second));
        Assert.Equal(before, (await rig.RecordAsync("u")).State.ToArray());
        Assert.Equal(2, (await rig.LogAsync("u")).Count);
        Assert.Equal(2, (await rig.LogAsync("u", LogStream.Exposures)).Count);
    }

    [Fact]
    public async Task Two_processes_that_write_the_same_user_lose_and_double_nothing()
    {
        await using var rig = await EngineRig.OpenAsync();
        await using var other = await rig.NewEngineAsync();
        var writes = new List<Task<IReadOnlyList<EventOutcome>>>();
        for (var i = 0; i < 60; i++)
        {
            var engine = i % 2 == 0 ? rig.Engine : other;
            writes.Add(engine.WriteAsync(EngineRig.Ns, [rig.Like("u", $"i{i}", rig.NowMs + i, id: $"{i}")], CancellationToken.None).AsTask());
            if (i % 5 == 0) await writes[^1];
        }

        foreach (var outcomes in await Task.WhenAll(writes)) Assert.Equal([EventOutcome.Accepted], outcomes);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"i{i}"), await ItemsOf(rig, "u"));
    }

    [Fact]
    public async Task A_rival_commit_between_load_and_commit_is_folded_in()
    {
        await using var rig = await EngineRig.OpenAsync();
        var rivals = 3;
        rig.Store.BeforeCommit = async () =>
        {
            if (Interlocked.Decrement(ref rivals) >= 0) await rig.PutProfileAsync(new() { UserId = "u", Country = $"{rivals}" });
        };
        Assert.Equal([EventOutcome.Accepted], await rig.WriteAsync(rig.Like("u", "a")));
        Assert.Equal(4, rig.Store.CommitCalls);
        Assert.Single(await rig.LogAsync("u"));
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_is_made_again_from_the_log()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("u", "a", id: "1"), rig.Like("u", "b", id: "2"));
        var good = await rig.RecordAsync("u");
        var damage = new UserCommit { User = new(EngineRig.Ns, "u"), ExpectedRevision = good.Revision, State = new byte[] { 1, 255 }, ReceiveTimeMs = rig.NowMs };
        await rig.Sqlite.CommitAsync([damage], CancellationToken.None);
        await rig.ListAsync("u");
        await rig.WriteAsync(rig.Like("u", "c", id: "3"));
        await rig.Engine.UndoAsync(EngineRig.Ns, "u", ["3"], CancellationToken.None);
        var made = await rig.StateAsync("u");
        Assert.Equal(0, made.SinceMs);
        made.SinceMs = SessionStateCodec.Decode(good.State.Span).SinceMs;
        Assert.Equal(good.State.ToArray(), SessionStateCodec.Encode(made));
    }

    [Fact]
    public async Task The_catalogue_s_duration_gives_a_play_its_strength_for_ever()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.PutItemsAsync(new CatalogueItem { ItemId = "a", DurationMs = 100 * Second });
        await rig.WriteAsync(rig.Event("u", WatchEventType.Play, "a", position: 50 * Second));
        await rig.PutItemsAsync(new CatalogueItem { ItemId = "a", DurationMs = 1_000 * Second });
        await rig.WriteAsync(rig.Like("u", "b", rig.NowMs - Second));
        var state = await rig.StateAsync("u");
        Assert.Equal([InteractionKind.Like, InteractionKind.Play], state.Ring.Select(i => i.Kind));
        Assert.Equal(Strength.FromShare(0.5), state.Ring[1].Strength);
    }

    [Fact]
    public async Task Undo_tells_what_it_found_and_finds_it_once()
    {
        await using var rig = await EngineRig.OpenAsync();
        await rig.WriteAsync(rig.Like("u", "a", id: "1"), rig.Like("u", "b", id: "2"));
        Assert.Equal(
            [UndoOutcome.Undone, UndoOutcome.NotFound, UndoOutcome.Undone], await rig.Engine.UndoAsync(EngineRig.Ns, "u", ["1", "x", "1"], CancellationToken.None));
        Assert.Equal([UndoOutcome.AlreadyUndone], await rig.Engine.UndoAsync(EngineRig.Ns, "u", ["1"], CancellationToken.None));
        Assert.Equal([UndoOutcome.NotFound], await rig.Engine.UndoAsync(EngineRig.Ns, "nobody", ["1"], CancellationToken.None));
        Assert.Equal(["b"], await ItemsOf(rig, "u"));
        Assert.Equal([true, false], (await rig.LogAsync("u")).Select(entry => entry.Undone));
        rig.Store.IsDown = true;
        var error = await Assert.ThrowsAsync<EngineException>(async () => await rig.Engine.UndoAsync(EngineRig.Ns, "u", ["2"], CancellationToken.None));
        Assert.Equal(EngineErrorKind.Unavailable, error.Kind);
    }

    [Fact]
    public async Task Beyond_the_refold_s_reach_the_older_part_of_the_state_is_kept()
    {
        await using var rig = await EngineRig.OpenAsync(new FoldRules { RefoldReach = 10 });
        for (var i = 0; i < 30; i++) await rig.WriteAsync(rig.Like("u", $"i{i}", rig.NowMs + (i * Second), id: $"{i}"));
        await rig.WriteAsync(rig.Like("u", "late", rig.NowMs + (25 * Second) + 1));
        Assert.Equal([.. Enumerable.Range(0, 26).Select(i => $"i{i}"), "late", "i26", "i27", "i28", "i29"], await ItemsOf(rig, "u"));
        Assert.Equal(31, (await rig.StateAsync("u")).InteractionCount);
        await rig.WriteAsync(rig.Like("u", "too late", rig.NowMs + 1));
        Assert.Equal(31, (await rig.StateAsync("u")).InteractionCount);
        Assert.Equal(32, (await rig.LogAsync("u")).Count);
        Assert.Equal([UndoOutcome.NotFound], await rig.Engine.UndoAsync(EngineRig.Ns, "u", ["3"], CancellationToken.None));
        Assert.Equal([UndoOutcome.Undone], await rig.Engine.UndoAsync(EngineRig.Ns, "u", ["29"], CancellationToken.None));
        Assert.Equal(30, (await rig.StateAsync("u")).InteractionCount);
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_engine_is_disposed_with_events_waiting()
    {
        await using var rig = await EngineRig.OpenAsync();
        rig.Store.Close();
        var writes = Enumerable.Range(0, 40).Select(i => rig.Engine.WriteAsync(EngineRig.Ns, [rig.Like($"u{i}", "a")], CancellationToken.None).AsTask()).ToArray();
        var disposing = rig.Engine.DisposeAsync().AsTask();
        rig.Store.Open();
        await disposing;
        foreach (var outcomes in await Task.WhenAll(writes)) Assert.Equal([EventOutcome.Accepted], outcomes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => rig.WriteAsync(rig.Like("u", "a")));
    }

    private static async Task<IEnumerable<string>> ItemsOf(EngineRig rig, string user)
    {
        var names = (await rig.Sqlite.ListItemNumbersAsync(0, 10_000, CancellationToken.None)).ToDictionary(item => item.Number, item => item.ItemId);
        return [.. (await rig.StateAsync(user)).Ring.Select(interaction => names[interaction.Item])];
    }

    private static async Task Eventually(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(5, deadline.Token);
    }
}
