using CsCheck;
using Microsoft.Data.Sqlite;
using Recsys.Storage;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Storage;

/// <summary>The store's file: what is in it after closing, who holds it, what isn't a store.</summary>
public sealed class SqliteStoreFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recsys-file-").FullName;

    private string StorePath => Path.Combine(_folder, "sub", "store.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Any_history_when_the_store_is_reopened_in_between_then_everything_is_there()
    {
        int file = 0;
        await StoreOperations.Histories.Array[1, 3].SampleAsync(
            async histories =>
            {
                var history = new StoreHistory();
                string path = Path.Combine(_folder, $"{++file}.db");
                foreach (var operations in histories)
                {
                    await using (var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = path, SynchronousOff = true }, default))
                        await history.RunAsync(store, operations);
                    await using (var reopened = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = path, SynchronousOff = true }, default))
                        await history.CompareAllAsync(reopened, 1000);
                }
            },
            iter: 20,
            threads: 1);
    }

    [Fact]
    public async Task Store_when_open_then_a_second_opener_is_refused_with_the_owner()
    {
        await using (var store = await SqliteStore.OpenAsync(Options("first words"), default))
        {
            Assert.Contains("(first words)", (await RefusedAsync()).Message);
            store.DescribeOwner("http://localhost:5000");
            var error = await RefusedAsync();
            Assert.Equal(store.Path, error.Path);
            Assert.Equal(Environment.ProcessId, error.ProcessId);
            Assert.Equal("http://localhost:5000", error.Description);
            // The refusal must not have loosened the first one's hold.
            await RefusedAsync();
        }

        await using var again = await SqliteStore.OpenAsync(Options(), default);
        Assert.Equal(StoreDurability.Fsync, again.Durability);
    }

    [Fact]
    public async Task Store_when_opened_through_a_link_then_it_is_the_same_store()
    {
        await using var store = await SqliteStore.OpenAsync(Options(), default);
        string link = Path.Combine(_folder, "link.db");
        File.CreateSymbolicLink(link, StorePath);
        await Assert.ThrowsAsync<StoreInUseException>(() => SqliteStore.OpenAsync(new SqliteStoreOptions { Path = link }, default));
    }

    [Fact]
    public async Task File_when_it_is_no_sqlite_file_then_refused_and_left_alone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StorePath)!);
        await File.WriteAllTextAsync(StorePath, string.Concat(Enumerable.Repeat("Dear diary. ", 1000)));
        byte[] before = await File.ReadAllBytesAsync(StorePath);
        var error = await Assert.ThrowsAsync<StoreFormatException>(() => SqliteStore.OpenAsync(Options(), default));
        Assert.Contains(StorePath, error.Message);
        Assert.Contains("not an SQLite file", error.Message);
        Assert.Equal(before, await File.ReadAllBytesAsync(StorePath));
    }

    [Fact]
    public async Task File_when_it_is_another_applications_then_refused_and_left_alone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StorePath)!);
        Execute("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('x');");
        byte[] before = await File.ReadAllBytesAsync(StorePath);
        var error = await Assert.ThrowsAsync<StoreFormatException>(() => SqliteStore.OpenAsync(Options(), default));
        Assert.Contains("another application", error.Message);
        Assert.Equal(before, await File.ReadAllBytesAsync(StorePath));
    }

    [Fact]
    public async Task Store_when_of_a_newer_version_then_refused()
    {
        await CreateAsync();
        Execute("PRAGMA user_version = 999");
        var error = await Assert.ThrowsAsync<StoreFormatException>(() => SqliteStore.OpenAsync(Options(), default));
        Assert.Contains("version 999", error.Message);
    }

    [Fact]
    public async Task Store_when_cut_then_refused()
    {
        await CreateAsync();
        using (var file = File.OpenWrite(StorePath))
            file.SetLength(file.Length / 2);
        var error = await Assert.ThrowsAsync<StoreFormatException>(() => SqliteStore.OpenAsync(Options(), default));
        Assert.Contains("damaged", error.Message);
    }

    [Fact]
    public async Task Store_when_its_tables_are_overwritten_then_refused()
    {
        await CreateAsync();
        using (var file = File.OpenWrite(StorePath))
        {
            file.Position = 200;
            file.Write(new byte[3000]);
        }

        await Assert.ThrowsAsync<StoreFormatException>(() => SqliteStore.OpenAsync(Options(), default));
    }

    [Fact]
    public async Task Empty_file_when_opened_then_it_becomes_a_store()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StorePath)!);
        await File.WriteAllBytesAsync(StorePath, []);
        await CreateAsync();
    }

    [Fact]
    public async Task Folder_that_cannot_be_made_when_opened_then_unavailable()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "sub"), "in the way");
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => SqliteStore.OpenAsync(Options(), default));
        Assert.Contains(StorePath, error.Message);
    }

    [Fact]
    public async Task Read_when_a_write_is_held_up_then_it_does_not_wait()
    {
        await using var store = await SqliteStore.OpenAsync(Options(), default);
        await store.AllocateItemNumbersAsync("default", ["a"], default);
        using var blocker = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        blocker.Open();
        using var transaction = blocker.BeginTransaction(deferred: false);
        var write = store.AllocateItemNumbersAsync("default", ["b"], default).AsTask();
        Assert.Single(await store.ListItemNumbersAsync(0, 10, default));
        Assert.False(write.IsCompleted);
        transaction.Rollback();
        Assert.Equal([2u], await write);
    }

    [Fact]
    public async Task Long_lists_when_written_in_slices_then_answered_in_order()
    {
        await using var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), default);
        string[] ids = [.. Enumerable.Range(0, 2500).Select(i => $"item {i}")];
        Assert.Equal(Enumerable.Range(1, 2500).Select(i => (uint)i), await store.AllocateItemNumbersAsync("default", ids, default));
        Assert.Equal([2500u, 2501u, 1u], await store.AllocateItemNumbersAsync("default", [ids[^1], "new", ids[0]], default));
        var results = await store.PutDocumentsAsync(
            [.. ids.Select(id => new DocumentWrite { Collection = "items", Key = new DocumentKey("default", id), Content = new byte[1] })], default);
        Assert.Equal(Enumerable.Range(1, 2500).Select(i => (long)i), results.Select(r => r.Revision));
    }

    [Fact]
    public async Task Temporary_store_when_disposed_then_nothing_is_left()
    {
        var store = await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), default);
        Assert.Equal(StoreDurability.Memory, store.Durability);
        await store.AllocateItemNumbersAsync("default", ["a"], default);
        await store.DisposeAsync();
        await store.DisposeAsync();
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(store.Path)!, Path.GetFileName(store.Path) + "*"));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.ListUsersAsync("default", null, 1, default));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.AllocateItemNumbersAsync("default", ["b"], default));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.DeleteUserAsync(new UserKey("default", "u"), default));
    }

    private SqliteStoreOptions Options(string? owner = null) => new() { Path = StorePath, OwnerDescription = owner };

    private Task<StoreInUseException> RefusedAsync() => Assert.ThrowsAsync<StoreInUseException>(() => SqliteStore.OpenAsync(Options(), default));

    private async Task CreateAsync()
    {
        await using var store = await SqliteStore.OpenAsync(Options(), default);
        await store.AllocateItemNumbersAsync("default", [.. Enumerable.Range(0, 1000).Select(i => $"item {i}")], default);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
