using System.Diagnostics;
using Recsys.ServerTests.Faults;
using Recsys.ServerTests.Running;
using Recsys.Tests.Redis;
using Recsys.V1;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Redis;

/// <summary>Two servers on one Redis that archive into one folder.</summary>
[Collection(AloneCollection.Name)]
public sealed class RedisArchiveTests(ITestOutputHelper output)
{
    // The lease of a server that was killed lasts 90 seconds.
    private static readonly TimeSpan TakeOver = TimeSpan.FromMinutes(4);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Servers_when_both_archive_then_each_event_is_in_one_file_and_a_user_deleted_through_one_is_hidden_by_the_other_at_once()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        using var folder = new TemporaryFolder();
        var archive = folder.File("archive");
        var replicas = await StartAsync(redis, archive);
        try
        {
            for (var round = 0; round < 30; round++) await WriteAsync(replicas[round % 2].Clients, $"r{round}", 100);
            await IsTheLogAsync(archive, replicas[1].Clients);
            Assert.Equal(3_000, (await ArchiveRows.ReadAsync(archive)).Count);

            for (var user = 0; user < 5; user++)
            {
                var (one, other) = (replicas[user % 2].Clients, replicas[(user + 1) % 2].Clients);
                await one.Users.DeleteUserAsync(new DeleteUserRequest { UserId = $"u{user}" });
                Assert.DoesNotContain(await ArchiveRows.ExportAsync(other), row => row.StartsWith($"u{user}/", StringComparison.Ordinal));
            }

            await IsTheLogAsync(archive, replicas[0].Clients);
            output.WriteLine($"{(await ArchiveRows.ReadAsync(archive)).Count} entries in {ArchiveRows.Files(archive).Length} files after 5 users of 40 were deleted");
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Server_when_killed_while_it_archives_then_the_other_takes_over_and_each_event_is_in_the_archive_once()
    {
        await using var redis = await RedisProcess.StartAsync("appendonly", "no");
        using var folder = new TemporaryFolder();
        var archive = folder.File("archive");
        var replicas = await StartAsync(redis, archive);
        try
        {
            // Both come to have the lease, and so know the folder, before one of them dies while it writes.
            for (var round = 0; round < 20; round++) await WriteAsync(replicas[round % 2].Clients, $"first-{round}", 250);
            await IsTheLogAsync(archive, replicas[0].Clients);
            var writer = -1;
            for (var sent = 0; writer < 0; sent++)
            {
                Assert.True(sent < 200, "Neither was ever seen writing.");
                await WriteAsync(replicas[sent % 2].Clients, $"before-{sent}", 500);
                for (var look = 0; look < 300 && writer < 0; look++) writer = Array.FindIndex(replicas, replica => HasDraft(replica, archive));
            }

            await replicas[writer].Process.KillAsync();
            var survivor = replicas[1 - writer].Clients;
            for (var round = 0; round < 10; round++) await WriteAsync(survivor, $"after-{round}", 200);
            var doubled = 0;
            var watch = Stopwatch.StartNew();
            while (true)
            {
                var (found, expected) = (await ArchiveRows.ReadAsync(archive), await ArchiveRows.ExportAsync(survivor));
                doubled += found.Count - found.Distinct().Count();
                if (found.SequenceEqual(expected)) break;
                Assert.True(watch.Elapsed < TakeOver, $"Not within {TakeOver}: {found.Count} of {expected.Count} entries are in the archive.");
                await Task.Delay(500);
            }

            Assert.Equal(0, doubled);
            Assert.Empty(Drafts(archive));
            output.WriteLine($"server {writer} killed while it wrote; {(await ArchiveRows.ReadAsync(archive)).Count} entries, each once, {watch.Elapsed.TotalSeconds:F0} s later");
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
        }
    }

    private static Task<RedisReplica[]> StartAsync(RedisProcess redis, string archive) => RedisReplica.StartAsync(
        2, redis.Address, "--durability", "memory", "--archive", archive, "--archive-interval", "0", "--erase-hours", "0");

    private static async Task WriteAsync(Running.Clients clients, string name, int count)
    {
        Event[] events = [.. Enumerable.Range(0, count).Select(i => Sample.Play($"u{i % 40}", $"i{i % 90}", $"{name}-{i}"))];
        Assert.All((await clients.Events.WriteEventsAsync(Sample.Write(events))).Acks, ack => Assert.Equal(EventAck.ResultOneofCase.Accepted, ack.ResultCase));
    }

    private static async Task IsTheLogAsync(string archive, Running.Clients clients)
    {
        var expected = await ArchiveRows.ExportAsync(clients);
        await Eventually.HoldsAsync(async () => (await ArchiveRows.ReadAsync(archive)).SequenceEqual(expected), "the archive is the log, each entry once");
    }

    private static string[] Drafts(string archive) => Directory.GetFiles(archive, ".*.tmp", SearchOption.AllDirectories);

    /// <summary>Whether the process is writing a draft: has one open.</summary>
    private static bool HasDraft(RedisReplica replica, string archive) => Directory.GetFiles($"/proc/{replica.Process.Id}/fd").Any(
        descriptor => new FileInfo(descriptor).LinkTarget is { } file && file.StartsWith(archive, StringComparison.Ordinal) && file.EndsWith(".tmp", StringComparison.Ordinal));
}
