using System.Diagnostics;
using Recsys.Storage;
using Recsys.Storage.Sqlite;
using Xunit.Abstractions;

namespace Recsys.Tests.Storage;

public sealed class SqliteStoreFullDiskTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Commit_when_the_file_is_full_then_unavailable_and_nothing_half_stored()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary() with { MaxPages = 200 }, default);
        int stored = await FillAsync(store);
        await VerifyAsync(store, stored);

        // Room again: the store goes on without being reopened.
        Assert.True(await store.DeleteUserAsync(User(0), default));
        Assert.True(await store.DeleteUserAsync(User(1), default));
        var result = Assert.Single(await store.CommitAsync([Commit(User(stored), 1000)], default));
        Assert.Equal(CommitStatus.Committed, result.Status);
    }

    [Fact]
    public async Task Commits_when_one_of_a_group_finds_no_room_then_the_others_are_stored()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary() with { MaxPages = 200 }, default);
        // One call keeps the writer busy while the others come together in the queue.
        var commits = Enumerable.Range(0, 40).Select(i => store.CommitAsync([Commit(User(i), i % 10 == 5 ? 2_000_000 : 100)], default).AsTask()).ToList();
        for (int i = 0; i < commits.Count; i++)
        {
            if (i % 10 == 5)
                await Assert.ThrowsAsync<StoreUnavailableException>(() => commits[i]);
            else
                Assert.Equal(CommitStatus.Committed, Assert.Single(await commits[i]).Status);
        }

        Assert.Equal(36, (await store.ListUsersAsync("default", null, 100, default)).Count);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Commit_when_the_disk_is_full_then_unavailable_until_there_is_room()
    {
        string folder = Directory.CreateTempSubdirectory("recsys-full-").FullName;
        if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder) != 0)
        {
            output.WriteLine("Skipped: no file system can be mounted here.");
            Directory.Delete(folder);
            return;
        }

        try
        {
            string ballast = Path.Combine(folder, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[1 << 20]);
            await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = Path.Combine(folder, "store.db") }, default);
            int stored = await FillAsync(store);
            await VerifyAsync(store, stored);
            File.Delete(ballast);
            var result = Assert.Single(await store.CommitAsync([Commit(User(stored), 1000)], default));
            Assert.Equal(CommitStatus.Committed, result.Status);
            await VerifyAsync(store, stored + 1);
        }
        finally
        {
            Assert.Equal(0, await RunAsync("umount", folder));
            Directory.Delete(folder);
        }
    }

    // Returns how many commits there was room for.
    private static async Task<int> FillAsync(SqliteStore store)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                await store.CommitAsync([Commit(User(i), 20_000)], default);
            }
            catch (StoreUnavailableException error)
            {
                Assert.True(i > 5, "there was no room at all");
                Assert.Contains("space", error.Message);
                Assert.NotNull(error.InnerException);
                // And again, to see that a failed transaction leaves the writer able to try.
                await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.CommitAsync([Commit(User(i), 20_000)], default));
                return i;
            }
        }
    }

    private static async Task VerifyAsync(SqliteStore store, int count)
    {
        Assert.Equal(count, (await store.ListUsersAsync("default", null, int.MaxValue, default)).Count);
        Assert.Equal(count, (await store.ReadWholeLogAsync(LogStream.Events)).Count);
        Assert.Equal(count, (await store.ReadWholeLogAsync(LogStream.Exposures)).Count);
        var missing = Assert.Single(await store.LoadAsync([new UserLookup(User(count), [])], 0, default));
        Assert.Equal(0, missing.Revision);
    }

    private static UserKey User(int number) => new("default", $"user {number}");

    private static UserCommit Commit(UserKey user, int bytes) => new()
    {
        User = user,
        ExpectedRevision = 0,
        State = new byte[100],
        Appends = [new LogAppend(LogStream.Events, "e", 1, new byte[bytes]), new LogAppend(LogStream.Exposures, "e", 0, new byte[bytes])],
        ReceiveTimeMs = 1,
    };

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(program, arguments);
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
