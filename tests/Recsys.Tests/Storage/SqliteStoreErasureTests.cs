using Microsoft.Data.Sqlite;
using Recsys.Storage;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Storage;

/// <summary>Deleting a user with a long log, in slices.</summary>
public sealed class SqliteStoreErasureTests
{
    private const int EntryCount = 100_000;

    private static readonly UserKey Long = new("default", "long");
    private static readonly UserKey Other = new("default", "other");

    [Fact]
    public async Task Long_log_when_being_deleted_then_commits_go_on_in_between()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), default);
        await FillAsync(store);
        var deleted = store.DeleteUserAsync(Long, default).AsTask();
        // On a thread of its own: where other tests keep all others busy, continuations come too late to commit in between.
        int committed = await Task.Factory.StartNew(() => CommitUntil(deleted), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.True(await deleted);
        Assert.True(committed >= 3, $"only {committed} commits came in between");
        Assert.All(await store.ReadWholeLogAsync(LogStream.Events), e => Assert.Equal(Other, e.User));
        Assert.Equal(0, CountRows(store.Path, "events WHERE user = 1"));

        int CommitUntil(Task deleted)
        {
            int commits = 0;
            while (true)
            {
                store.CommitAsync([Append(Other, 1)], default).AsTask().GetAwaiter().GetResult();
                if (deleted.IsCompleted)
                    return commits;
                commits++;
            }
        }
    }

    [Fact]
    public async Task Deleted_user_when_back_before_the_old_log_is_gone_then_only_the_new_entries_are_there()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), default);
        await FillAsync(store);
        var deleted = store.DeleteUserAsync(Long, default).AsTask();
        var back = Assert.Single(await store.CommitAsync([Append(Long, 2)], default));
        var whole = await store.ReadWholeLogAsync(LogStream.Events);
        Assert.False(deleted.IsCompleted, "the erasure was over before the user came back");
        Assert.Equal([back.FirstSequence, back.FirstSequence + 1], whole.Select(e => e.Sequence));
        Assert.True(await deleted);
        var log = await store.ReadUserLogAsync(Long, LogStream.Events, 0, int.MaxValue, false, default);
        Assert.Equal([back.FirstSequence, back.FirstSequence + 1], log.Select(e => e.Sequence));
    }

    [Fact]
    public async Task Exposures_when_their_user_is_deleted_then_they_are_gone_from_the_file()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), default);
        var shown = new UserCommit { User = Long, ExpectedRevision = null, Appends = [new LogAppend(LogStream.Exposures, "shown", 1, new byte[40])], ReceiveTimeMs = 1 };
        await store.CommitAsync([shown, shown with { User = Other }], default);
        Assert.True(await store.DeleteUserAsync(Long, default));
        Assert.Equal(1, CountRows(store.Path, "exposures"));
    }

    [Fact]
    public async Task Erasure_when_cut_short_then_the_next_opener_ends_it()
    {
        var options = SqliteStoreOptions.Temporary() with { DeleteOnDispose = false };
        string path;
        await using (var store = await SqliteStore.OpenAsync(options, default))
        {
            path = store.Path;
            await FillAsync(store);
            var deleted = store.DeleteUserAsync(Long, default).AsTask();
            await store.CommitAsync([Append(Other, 1)], default);
            await store.DisposeAsync();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => deleted);
        }

        Assert.InRange(CountRows(path, "events"), 2, EntryCount + 1);
        await using (var store = await SqliteStore.OpenAsync(options with { DeleteOnDispose = true }, default))
        {
            Assert.Single(await store.ReadWholeLogAsync(LogStream.Events));
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (CountRows(path, "erasures") > 0)
                await store.CommitAsync([Append(Other, 1)], deadline.Token);
            Assert.Equal(0, CountRows(path, "events WHERE user = 1"));
        }
    }

    private static async Task FillAsync(SqliteStore store)
    {
        await store.CommitAsync([Append(Long, EntryCount)], default);
        Assert.Equal(EntryCount, CountRows(store.Path, "events WHERE user = 1"));
    }

    private static UserCommit Append(UserKey user, int count) => new()
    {
        User = user,
        ExpectedRevision = null,
        Appends = [.. Enumerable.Repeat(new LogAppend(LogStream.Events, "", 0, new byte[40]), count)],
        ReceiveTimeMs = 1,
    };

    private static long CountRows(string path, string table)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }
}
