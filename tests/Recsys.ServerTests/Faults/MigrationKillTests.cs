using System.Diagnostics;
using Recsys.ServerTests.Commands;
using Recsys.ServerTests.Running;
using Recsys.Storage;
using Recsys.Storage.Redis;
using Recsys.Storage.Sqlite;
using Recsys.Tests.Redis;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Faults;

/// <summary>`recsys migrate` killed on its way.</summary>
[Collection(AloneCollection.Name)]
public sealed class MigrationKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Users = 6_000;
    private const int LongLog = 9_000;
    private const int Kills = 5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Migration_when_killed_again_and_again_then_it_goes_on_and_nothing_is_lost_or_doubled()
    {
        await using var redis = await RedisProcess.StartAsync();
        await KilledThenWholeAsync(redis.Address);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Migration_to_a_cluster_when_killed_again_and_again_then_it_is_whole_and_a_damaged_copy_is_told()
    {
        await using var cluster = await RedisClusterProcesses.StartAsync();
        await KilledThenWholeAsync(cluster.Addresses);
        var damagedKeys = 0;
        foreach (var master in await cluster.MastersAsync(cluster.Nodes[0]))
        {
            var users = (await master.CliAsync("--scan", "--pattern", "recsys:{*}:user:*")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            output.WriteLine($"{users} users on the master at {master.Address}");
            Assert.InRange(users, Users / 6, Users / 2);

            // One byte of one user's state, by Redis itself, where the key lies.
            var key = (await master.CliAsync("--scan", "--pattern", "recsys:{*}:user:u1234")).Trim();
            if (key.Length == 0) continue;
            await master.CliAsync("setrange", key, "15", "!");
            damagedKeys++;
        }

        Assert.Equal(1, damagedKeys);
        var damaged = await CommandRun.RunAsync(_folder.Path, "migrate", "--db", "big.db", "--to-redis", cluster.Addresses, "--verify-only", "--json");
        Assert.Equal(1, damaged.ExitCode);
        var report = damaged.Json[^1];
        Assert.False(report.GetProperty("equal").GetBoolean());
        Assert.Equal(1, report.GetProperty("difference_count").GetInt32());
        Assert.Contains("user 'u1234' of namespace 'default' isn't the same", report.GetProperty("differences")[0].GetString(), StringComparison.Ordinal);
        var compared = report.GetProperty("rows").EnumerateArray().Single(row => row.GetProperty("name").GetString() == "users");
        Assert.Equal((Users, Users, false), (compared.GetProperty("source").GetInt32(), compared.GetProperty("target").GetInt32(), compared.GetProperty("equal").GetBoolean()));
        Assert.NotEqual(compared.GetProperty("source_checksum").GetString(), compared.GetProperty("target_checksum").GetString());
    }

    private async Task KilledThenWholeAsync(string addresses)
    {
        await FillAsync();
        string[] command = ["migrate", "--db", "big.db", "--to-redis", addresses, "--json"];
        var progress = new List<int>();
        for (var kill = 0; kill < Kills; kill++)
        {
            // Twice not before it has copied some, however slow the machine: so there is something to go on with.
            await KillOnTheWayAsync(command, kill % 2 == 0 ? "\"phase\":\"copy\"" : "\"phase\":\"begin\"", andNot: kill is 0 or 2 ? "\"users_copied\":0," : "\n");
            progress.Add(await CountAsync(addresses));
        }

        Assert.InRange(progress.Count(count => count is > 0 and < Users), 2, Kills);
        var refused = await CommandRun.RunAsync(_folder.Path, "serve", "--redis", addresses, "--grpc-port", "0", "--rest-port", "0");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("A migration into this store isn't finished.", refused.Error, StringComparison.Ordinal);

        var last = (await CommandRun.RunAsync(_folder.Path, command)).Succeeds();
        var copied = last.Json.Single(line => line.GetProperty("phase").GetString() == "copied");
        output.WriteLine($"{Kills} kills; users in the target after each: {string.Join(", ", progress)}; the last run skipped {copied.GetProperty("users_skipped")}");
        Assert.Equal(Users, copied.GetProperty("users_copied").GetInt32() + copied.GetProperty("users_skipped").GetInt32());
        Assert.True(copied.GetProperty("users_skipped").GetInt32() > 0);
        Assert.True(last.Json[^1].GetProperty("equal").GetBoolean());
        foreach (var row in last.Json[^1].GetProperty("rows").EnumerateArray()) output.WriteLine(row.ToString());
        await CompareAsync(addresses);
    }

    /// <summary>Users with ten events each, and one whose log takes many commits.</summary>
    private async Task FillAsync()
    {
        await using var store = await SqliteStore.OpenAsync(new() { Path = _folder.File("big.db"), SynchronousOff = true }, default);
        await store.AllocateItemNumbersAsync("default", [.. Enumerable.Range(0, 500).Select(i => $"i{i}")], default);
        foreach (var users in Enumerable.Range(0, Users).Chunk(500))
        {
            UserCommit[] commits = [.. users.Select(user => new UserCommit
            {
                User = new("default", $"u{user}"),
                ExpectedRevision = 0,
                State = new byte[] { 1, 2, 3 },
                Appends = [.. Enumerable.Range(0, user == 77 ? LongLog : 10).Select(i => new LogAppend(i % 5 == 4 ? LogStream.Exposures : LogStream.Events, $"e{user}.{i}", 0, new byte[40]))],
                ReceiveTimeMs = 1,
            })];
            var results = await store.CommitAsync(commits, default);
            var undo = commits.Zip(results, (commit, result) => new UserCommit { User = commit.User, ExpectedRevision = null, UndoneSequences = [result.FirstSequence], ReceiveTimeMs = 1 });
            await store.CommitAsync([.. undo], default);
        }
    }

    /// <summary>Starts it, waits for a line and a little longer, kill -9.</summary>
    private async Task KillOnTheWayAsync(string[] command, string line, string andNot)
    {
        var start = ServerProcess.StartInfo(command);
        start.WorkingDirectory = _folder.Path;
        using var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(Eventually.Soon()) is { } printed)
        {
            if (printed.Contains(line, StringComparison.Ordinal) && !printed.Contains(andNot, StringComparison.Ordinal)) break;
        }

        await Task.Delay(Random.Shared.Next(0, 250));
        process.Kill();
        await process.WaitForExitAsync(Eventually.Soon());
    }

    private static async Task<int> CountAsync(string address)
    {
        await using var store = await RedisStore.OpenAsync(new() { Endpoints = address, Prefix = "recsys:" }, default);
        return (await store.ListUsersAsync("default", null, Users + 1, default)).Count;
    }

    /// <summary>By the stores themselves, not by what the command says.</summary>
    private async Task CompareAsync(string address)
    {
        await using var file = await SqliteStore.OpenAsync(new() { Path = _folder.File("big.db") }, default);
        await using var copy = await RedisStore.OpenAsync(new() { Endpoints = address, Prefix = "recsys:" }, default);
        Assert.Equal(Users, await CountAsync(address));
        foreach (var user in Enumerable.Range(0, Users).Select(i => new UserKey("default", $"u{i}")))
        {
            foreach (var stream in Enum.GetValues<LogStream>())
            {
                var (expected, found) = (await file.ReadUserLogAsync(user, stream, 0, LongLog, false, default), await copy.ReadUserLogAsync(user, stream, 0, LongLog, false, default));
                Assert.Equal(expected.Select(e => (e.EventId, e.Undone)), found.Select(e => (e.EventId, e.Undone)));
            }
        }
    }
}
