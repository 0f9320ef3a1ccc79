using Recsys.ServerTests.Running;
using Recsys.V1;
using Xunit.Abstractions;

namespace Recsys.ServerTests.Faults;

/// <summary>The archive of a real server, in files as a data scientist finds them.</summary>
[Collection(AloneCollection.Name)]
public sealed class ArchiveTests(ITestOutputHelper output)
{
    [Fact]
    public async Task User_when_deleted_is_in_no_export_at_once_and_soon_in_no_file()
    {
        using var folder = new TemporaryFolder();
        var archive = folder.File("archive");
        await using var server = await RunningServer.StartAsync(
            engine: new Recsys.Serving.EngineOptions { ModelFolder = "", Archive = archive, ArchiveInterval = 0, EraseHours = 0 }, folder: folder);
        await server.Clients.Events.WriteEventsAsync(Sample.Write(
            Sample.Play("ann", "a", "1"), Sample.Play("bob", "b", "2"), new Event { UserId = "ann", Type = EventType.Impression, ItemId = "c", EventId = "3" }));
        await Eventually.HoldsAsync(async () => (await ArchiveRows.ReadAsync(archive)).Count == 3, "the events are archived");
        await server.Clients.Users.DeleteUserAsync(new DeleteUserRequest { UserId = "ann" });
        Assert.DoesNotContain(await ArchiveRows.ExportAsync(server.Clients), row => row.StartsWith("ann/", StringComparison.Ordinal));
        await Eventually.HoldsAsync(async () => (await ArchiveRows.ReadAsync(archive)).All(row => row.StartsWith("bob/", StringComparison.Ordinal)), "the files are rewritten");
        Assert.Equal(await ArchiveRows.ExportAsync(server.Clients), await ArchiveRows.ReadAsync(archive));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Server_when_killed_while_it_archives_has_every_event_in_the_archive_once()
    {
        const int Kills = 12;
        using var folder = new TemporaryFolder();
        var (db, archive) = (folder.File("store.db"), folder.File("archive"));
        string[] options = ["--archive", archive, "--archive-interval", "0", "--erase-hours", "0"];
        var random = new Random(3);
        var (sent, doubled) = (0, 0);
        for (var round = 0; round < Kills; round++)
        {
            await using var server = await ServerProcess.StartAsync(db, options);
            using var killed = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(300, 2_500)));
            while (!killed.IsCancellationRequested)
            {
                var events = Enumerable.Range(0, 300).Select(_ => Sample.Play($"u{random.Next(40)}", $"i{random.Next(90)}", $"e{sent++}")).ToArray();
                await server.Clients.Events.WriteEventsAsync(Sample.Write(events), deadline: null, cancellationToken: Eventually.Soon());
                if (random.Next(20) == 0) await server.Clients.Users.DeleteUserAsync(new DeleteUserRequest { UserId = $"u{random.Next(40)}" });
                if (random.Next(10) == 0) await server.Clients.Events.UndoEventsAsync(new UndoEventsRequest { UserId = events[0].UserId, EventIds = { events[0].EventId } });
            }

            await server.KillAsync();
            var found = await ArchiveRows.ReadAsync(archive);
            doubled += found.Count - found.Distinct().Count();
        }

        await using var last = await ServerProcess.StartAsync(db, options);
        var expected = await ArchiveRows.ExportAsync(last.Clients);
        await Eventually.HoldsAsync(async () => (await ArchiveRows.ReadAsync(archive)).SequenceEqual(expected), "the archive is the log");
        output.WriteLine($"{Kills} kills: {sent} events sent, {expected.Count} in the log and in {ArchiveRows.Files(archive).Length} files of the archive, {doubled} ever seen twice");
        Assert.Equal(0, doubled);
        Assert.NotEmpty(expected);
    }
}
