using CsCheck;
using Recsys.Storage;

namespace Recsys.Tests.Storage;

/// <summary>What every store must do. A store runs it by a subclass that opens an empty one.</summary>
public abstract class StoreConformance
{
    /// <summary>How many random histories to run.</summary>
    protected virtual int Histories => 150;

    /// <summary>Opens an empty store.</summary>
    protected abstract Task<IRecsysStore> OpenEmptyAsync();

    [Fact]
    public async Task Any_history_when_applied_then_answers_as_the_model()
    {
        await StoreOperations.Histories.SampleAsync(
            async operations =>
            {
                await using var store = await OpenEmptyAsync();
                await new StoreHistory().RunAsync(store, operations);
            },
            iter: Histories,
            threads: 1,
            print: operations => string.Join(Environment.NewLine, (object[])operations));
    }

    [Fact]
    public async Task Concurrent_commits_when_they_expect_the_same_revision_then_one_of_them_wins()
    {
        await using var store = await OpenEmptyAsync();
        var race = new StoreRace(store);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(() => race.RunAsync(worker, rounds: 40))));
        await race.VerifyAsync();
    }

    [Fact]
    public async Task A_deleted_user_when_written_again_then_revisions_go_on()
    {
        await using var store = await OpenEmptyAsync();
        var user = new UserKey("default", "back again");
        long before = 0;
        for (int life = 0; life < 3; life++)
        {
            var result = Assert.Single(await store.CommitAsync([Commit(user, 0)], default));
            Assert.Equal(CommitStatus.Committed, result.Status);
            Assert.True(result.Revision > before);
            before = result.Revision;
            Assert.True(await store.DeleteUserAsync(user, default));
            Assert.False(await store.DeleteUserAsync(user, default));
            Assert.Empty(await store.ReadUserLogAsync(user, LogStream.Events, 0, 10, false, default));
        }
    }

    [Fact]
    public async Task Item_numbers_when_allocated_at_once_by_many_then_each_item_has_one()
    {
        await using var store = await OpenEmptyAsync();
        string[] ids = [.. Enumerable.Range(0, 50).Select(i => $"item {i}")];
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var order = ids.Skip(worker * 5).Concat(ids.Take(worker * 5)).ToArray();
            var numbers = await store.AllocateItemNumbersAsync("default", order, default);
            return order.Zip(numbers).ToDictionary(p => p.First, p => p.Second);
        })));
        Assert.Equal(50, answers[0].Values.Distinct().Count());
        Assert.All(answers, a => Assert.Equal(answers[0].OrderBy(p => p.Key), a.OrderBy(p => p.Key)));
    }

    [Fact]
    public async Task Sequences_when_continued_then_later_entries_come_behind_and_never_before()
    {
        await using var store = await OpenEmptyAsync();
        var user = new UserKey("a", "u");
        Assert.Empty(await store.ListNamespacesAsync(default));
        await store.CommitAsync([Commit(user, 0), Commit(new UserKey("default", "u"), 0)], default);
        Assert.Equal(["a", "default"], await store.ListNamespacesAsync(default));
        await store.ContinueSequencesAsync("a", 1_000_000, default);
        await store.ContinueSequencesAsync("a", 5, default);
        var next = Assert.Single(await store.CommitAsync([Commit(user, null)], default));
        Assert.True(next.FirstSequence > 1_000_000, $"{next.FirstSequence}");
        Assert.Equal(2, (await store.ReadUserLogAsync(user, LogStream.Events, 0, 10, false, default)).Count);
    }

    [Fact]
    public async Task An_id_that_cannot_be_kept_when_committed_then_it_is_refused()
    {
        await using var store = await OpenEmptyAsync();
        foreach (string id in (string[])["", "lone \uD800 surrogate", "nul \0 inside", new string('x', 129), new string('ß', 65)])
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.CommitAsync([Commit(new UserKey("default", id), null)], default));
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.AllocateItemNumbersAsync("default", [id], default));
        }

        Assert.Empty(await store.ListUsersAsync("default", null, 10, default));
    }

    [Fact]
    public async Task A_write_when_cancelled_on_its_way_then_its_caller_still_learns_what_became_of_it()
    {
        await using var store = await OpenEmptyAsync();
        for (int i = 0; i < 20; i++)
        {
            using var caller = new CancellationTokenSource();
            var user = new UserKey("default", $"u{i}");
            var document = new DocumentWrite { Collection = "items", Key = new("default", $"d{i}"), Content = new byte[] { 1 } };
            var commit = store.CommitAsync([Commit(user, 0)], caller.Token).AsTask();
            var put = store.PutDocumentsAsync([document], caller.Token).AsTask();
            await caller.CancelAsync();
            Assert.Equal(await IsStoredAsync(commit), (await store.LoadAsync([new(user, [])], 0, default))[0].Revision > 0);
            Assert.Equal(await IsStoredAsync(put), await store.GetDocumentAsync("items", "default", $"d{i}", default) is not null);
        }

        static async Task<bool> IsStoredAsync(Task<IReadOnlyList<CommitResult>> write)
        {
            await Task.WhenAny(write);
            return !write.IsCanceled && Assert.Single(await write).Status == CommitStatus.Committed;
        }
    }

    [Fact]
    public async Task Nothing_when_asked_or_written_then_nothing_happens()
    {
        await using var store = await OpenEmptyAsync();
        Assert.Empty(await store.CommitAsync([], default));
        Assert.Empty(await store.PutDocumentsAsync([], default));
        Assert.Empty(await store.AllocateItemNumbersAsync("default", [], default));
        Assert.Empty(await store.LoadAsync([], 0, default));
        Assert.Empty(await store.ListUsersAsync("never written", null, 10, default));
        Assert.Null(await store.GetDocumentAsync("items", "default", "none", default));
    }

    private static UserCommit Commit(UserKey user, long? expected) => new()
    {
        User = user,
        ExpectedRevision = expected,
        State = new byte[] { 1 },
        Appends = [new LogAppend(LogStream.Events, "e", 7, new byte[] { 2 })],
        ReceiveTimeMs = 1_700_000_000_000,
    };
}
