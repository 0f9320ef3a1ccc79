using System.Diagnostics;
using Recsys.Storage;
using Recsys.Storage.Sqlite;
using Xunit.Abstractions;

namespace Recsys.Tests.Storage;

/// <summary>What is left of a store whose process was killed, and what reaches the disk before an answer.</summary>
[Trait("Category", "Slow")]
public sealed class SqliteStoreCrashTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("recsys-crash-").FullName;

    private string StorePath => Path.Combine(_folder, "store.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Writer_when_killed_at_any_moment_then_no_answered_commit_is_lost_and_none_is_doubled()
    {
        const int kills = 20;
        var random = new Random(20260101);
        var started = new HashSet<string>();
        var answered = new HashSet<string>();
        for (int kill = 0; kill < kills; kill++)
        {
            await WriteAndKillAsync(random.Next(1, 400), random.Next(0, 4000), started, answered);
            await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = StorePath }, default);
            await VerifyAsync(store, started, answered);
        }

        output.WriteLine($"{kills} kills: {answered.Count} acknowledged, {started.Count - answered.Count} unknown, 0 lost, 0 doubled");
    }

    [Fact]
    public async Task Store_when_held_by_another_process_then_the_error_names_it_until_it_is_killed()
    {
        await using var child = ChildProcess.Start([], "store-writer", StorePath, "0");
        Assert.Equal("open", await child.ReadLineAsync());
        var error = await Assert.ThrowsAsync<StoreInUseException>(() => SqliteStore.OpenAsync(new SqliteStoreOptions { Path = StorePath }, default));
        Assert.Equal(StorePath, error.Path);
        Assert.Equal(child.Id, error.ProcessId);
        Assert.Equal(StoreWriterChild.Description, error.Description);
        Assert.Contains($"process {child.Id} ({StoreWriterChild.Description})", error.Message);

        child.Kill();
        await child.WaitForExitAsync();
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = StorePath }, default);
        await store.ListUsersAsync("default", null, 10, default);
    }

    [Fact]
    public async Task Commit_when_answered_then_a_sync_to_disk_came_before()
    {
        const int commits = 20;
        string trace = Path.Combine(_folder, "trace");
        if (!await CanTraceAsync(trace))
        {
            output.WriteLine("Skipped: there is no strace, or it may not trace.");
            return;
        }

        await using (var child = ChildProcess.Start(
            ["strace", "-f", "-e", "trace=fdatasync,fsync,write", "-o", trace], "store-writer", StorePath, $"{commits}"))
        {
            while (await child.ReadLineAsync() is not null)
            {
            }

            Assert.Equal(0, await child.WaitForExitAsync());
        }

        var syncs = SyncTrace.SyncsBeforeAnswers(await File.ReadAllLinesAsync(trace));
        output.WriteLine($"syncs before each answer: {string.Join(' ', syncs)}");
        Assert.Equal(commits, syncs.Count);
        Assert.All(syncs, count => Assert.True(count >= 1));
    }

    private static async Task<bool> CanTraceAsync(string trace)
    {
        try
        {
            using var process = Process.Start("strace", ["-f", "-o", trace, "true"]);
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    // Kills after so many answers and then some microseconds: not only right after an answer.
    private async Task WriteAndKillAsync(int answers, int microseconds, HashSet<string> started, HashSet<string> answered)
    {
        await using var child = ChildProcess.Start([], "store-writer", StorePath, "0");
        int count = 0;
        while (await child.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("start ", StringComparison.Ordinal))
                started.Add(line[6..]);
            else if (line.StartsWith("ack ", StringComparison.Ordinal) && answered.Add(line[4..]) && ++count == answers)
            {
                long from = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(from).TotalMicroseconds < microseconds)
                    Thread.SpinWait(100);
                child.Kill();
            }
        }

        await child.WaitForExitAsync();
        Assert.True(count >= answers);
    }

    private static async Task VerifyAsync(SqliteStore store, HashSet<string> started, HashSet<string> answered)
    {
        var events = (await store.ReadWholeLogAsync(LogStream.Events)).Select(e => e.EventId).ToList();
        var exposures = (await store.ReadWholeLogAsync(LogStream.Exposures)).Select(e => e.EventId);
        Assert.Equal(events.Count, events.Distinct().Count());
        Assert.Empty(answered.Except(events));
        Assert.Empty(events.Except(started));
        // Nothing is half there: both streams and the state tell the same.
        Assert.Equal(events, exposures);
        foreach (string id in await store.ListUsersAsync("default", null, 100, default))
        {
            var user = new UserKey("default", id);
            var record = (await store.LoadAsync([new UserLookup(user, [])], 0, default))[0];
            var log = await store.ReadUserLogAsync(user, LogStream.Events, 0, int.MaxValue, false, default);
            Assert.Equal(log.Count, StoreWriterChild.Count(record.State));
            Assert.Equal(Enumerable.Range(1, log.Count).Select(n => $"{id}/{n}"), log.Select(e => e.EventId));
        }
    }
}
