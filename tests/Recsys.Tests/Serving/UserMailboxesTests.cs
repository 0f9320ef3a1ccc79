using Recsys.Serving.Events;
using Recsys.Serving.Lists;
using Recsys.Storage;

namespace Recsys.Tests.Serving;

public sealed class UserMailboxesTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Work_runs_after_what_was_queued_before_it_and_holds_up_what_comes_after()
    {
        await using var rig = await EngineRig.OpenAsync();
        var user = new UserKey(EngineRig.Ns, "u");
        var release = new TaskCompletionSource();
        var before = rig.WriteAsync(rig.Like("u", "a"));
        var seen = 0;
        var work = rig.Engine.Mailboxes.RunAsync(user, async _ =>
        {
            seen = (await rig.LogAsync("u")).Count;
            await release.Task;
            return (await rig.LogAsync("u")).Count;
        }, CancellationToken.None).AsTask();
        var after = rig.WriteAsync(rig.Like("u", "b"));
        await before.WaitAsync(Deadline);
        release.SetResult();
        Assert.Equal(1, await work.WaitAsync(Deadline));
        Assert.Equal(1, seen);
        await after.WaitAsync(Deadline);
        Assert.Equal(2, (await rig.LogAsync("u")).Count);
    }

    [Fact]
    public async Task Work_on_pairs_of_users_in_every_order_never_waits_for_itself()
    {
        await using var rig = await EngineRig.OpenAsync();
        var works = new List<Task<int>>();
        for (var i = 0; i < 400; i++)
        {
            UserKey first = new(EngineRig.Ns, $"u{i % 20}"), second = new(EngineRig.Ns, $"u{i * 7 % 20}");
            var n = i;
            works.Add(rig.Engine.Mailboxes.RunAsync(first, second, async inner =>
            {
                await Task.Yield();
                return n;
            }, CancellationToken.None).AsTask());
        }

        Assert.Equal(Enumerable.Range(0, 400), await Task.WhenAll(works).WaitAsync(Deadline));
    }

    [Fact]
    public async Task Work_that_throws_throws_where_it_is_awaited_and_the_mailbox_goes_on()
    {
        await using var rig = await EngineRig.OpenAsync();
        var user = new UserKey(EngineRig.Ns, "u");
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await rig.Engine.Mailboxes.RunAsync<int>(user, _ => throw new InvalidOperationException("x"), CancellationToken.None));
        Assert.Equal([EventOutcome.Accepted], await rig.WriteAsync(rig.Like("u", "a")));
        Assert.Equal(0, rig.Engine.Mailboxes.Pending);
    }

    [Fact]
    public async Task Watchers_are_told_of_events_work_and_model_switches_until_they_are_disposed()
    {
        await using var rig = await EngineRig.OpenAsync();
        var calls = 0;
        var user = new UserKey(EngineRig.Ns, "u");
        using (rig.Engine.Watch(user, () => Interlocked.Increment(ref calls)))
        using (rig.Engine.Watch(user, () => Interlocked.Increment(ref calls)))
        {
            await ExpectAsync(2, () => rig.WriteAsync(rig.Like("u", "a", id: "1")));
            await ExpectAsync(0, () => rig.WriteAsync(rig.Like("other", "a")));
            await ExpectAsync(0, () => rig.WriteAsync(rig.Like("u", "a", id: "1")));
            await ExpectAsync(2, () => rig.Engine.UndoAsync(EngineRig.Ns, "u", ["1"], CancellationToken.None).AsTask());
            await ExpectAsync(2, () => rig.GoLiveAsync("m", ["a", "b"]));
            await ExpectAsync(2, async () => await rig.Engine.Mailboxes.RunAsync(user, new UserKey(EngineRig.Ns, "other"), _ => new ValueTask<int>(1), CancellationToken.None));
        }

        await ExpectAsync(0, () => rig.WriteAsync(rig.Like("u", "a")));

        async Task ExpectAsync(int wanted, Func<Task> act)
        {
            Interlocked.Exchange(ref calls, 0);
            await act();
            using var deadline = new CancellationTokenSource(Deadline);
            while (Volatile.Read(ref calls) < wanted) await Task.Delay(5, deadline.Token);

            // The shard has nothing left to tell when it answers this.
            await rig.Engine.Mailboxes.RunAsync(new UserKey("elsewhere", "u"), _ => new ValueTask<int>(0), CancellationToken.None);
            Assert.Equal(wanted, Volatile.Read(ref calls));
        }
    }

    [Fact]
    public async Task A_watcher_that_asks_for_a_list_after_an_ack_gets_one_that_follows_from_the_event()
    {
        await using var rig = await EngineRig.OpenAsync();
        string[] items = [.. Enumerable.Range(0, 30).Select(i => $"i{i}")];
        await rig.GoLiveAsync("m", items);
        for (var i = 0; i < 20; i++)
        {
            await rig.WriteAsync(rig.Like("u", items[i]));
            var list = await rig.ListAsync("u", 1);
            Assert.Equal((await rig.RecordAsync("u")).Revision, list.StateRevision);
            Assert.Equal(i == 0 ? items[0] : list.Items[0].Reasons[0].BecauseItemId, list.Items[0].Reasons[0].BecauseItemId);
            Assert.Equal(CandidateSource.Session, list.Items[0].Reasons[0].Source);
        }
    }
}
