using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Recsys.Serving.Archive;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Events;
using Recsys.Serving.Models;
using Recsys.Storage.Archive;
using Recsys.Tests.Inference;

namespace Recsys.Tests.Serving.Archive;

/// <summary>Training sets from the archive and the log's tail are those from the log alone.</summary>
public sealed class ArchivedHistoriesTests
{
    private const string Ns = EngineRig.Ns;

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Training_set_when_made_from_the_archive_has_the_bytes_of_one_from_the_log(int seed)
    {
        await using var rig = await ArchiveRig.OpenAsync();
        using var folder = new TemporaryFolder();
        var random = new Random(seed);
        for (var step = 0; step < 60; step++)
        {
            await StepAsync(rig.Engine, random);
            if (random.Next(6) == 0) await rig.ArchiveAsync(random.Next(3) == 0 ? 0 : 24);
        }

        Assert.NotEmpty(await rig.RowsAsync());
        var (plain, archived) = (folder.Child("plain"), folder.Child("archived"));
        var log = new List<string>();
        await WriteAsync(rig, plain, new(rig.Engine.Sqlite, rig.Engine.Rules, rig.Engine.Time));
        await WriteAsync(rig, archived, Histories(rig, folder, log));
        Assert.Empty(log);
        foreach (var file in Directory.GetFiles(plain))
            Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(Path.Combine(archived, Path.GetFileName(file))));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Child("work")));
    }

    [Fact]
    public async Task User_when_archived_and_not_marked_is_read_from_the_archive()
    {
        // What only the archive has shows where the history came from: without this, the other tests could pass on the log alone.
        await using var rig = await ArchiveRig.OpenAsync();
        using var folder = new TemporaryFolder();
        await rig.Engine.WriteAsync(rig.Engine.Like("ann", "a"), rig.Engine.Like("bob", "b"));
        await rig.ArchiveAsync();
        await rig.Engine.Sqlite.DeleteUserAsync(new(Ns, "ann"), None);
        await rig.Engine.WriteAsync(rig.Engine.Like("ann", "tail"));
        Assert.Equal([2, 1], (await ReadAsync(Histories(rig, folder, []))).Select(history => history.Interactions.Count));
    }

    [Fact]
    public async Task User_when_deleted_while_the_set_is_made_is_not_in_the_rest_of_it()
    {
        await using var rig = await ArchiveRig.OpenAsync();
        using var folder = new TemporaryFolder();
        await rig.Engine.WriteAsync(rig.Engine.Like("ann", "a"), rig.Engine.Like("bob", "b", id: "1"));
        await rig.ArchiveAsync();
        var archived = new ArchivedHistories(new ArchiveReader(rig.Engine.Store, rig.Folder, rig.Engine.Time, new ListLogger([])), () => new(folder.Child("work/x")));
        var (spill, checkpoint) = (await archived.GatherAsync(Ns, ["ann", "bob"], Progress(), None)).GetValueOrDefault();
        using (spill)
        {
            await rig.Engine.Engine.Users.DeleteAsync(Ns, "ann", None);
            Assert.Equal(["ann"], await archived.MarkedAsync(Ns, checkpoint, None));
            await rig.ArchiveAsync(eraseHours: 0);
            Assert.Null(await archived.MarkedAsync(Ns, checkpoint, None));
        }
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("damaged")]
    [InlineData("unmounted")]
    public async Task Archive_when_it_cannot_be_read_is_replaced_by_the_log_with_a_warning(string how)
    {
        await using var rig = await ArchiveRig.OpenAsync();
        using var folder = new TemporaryFolder();
        await rig.Engine.WriteAsync(rig.Engine.Like("ann", "a"), rig.Engine.Like("bob", "b"));
        await rig.ArchiveAsync();
        var file = Directory.GetFiles(rig.Folder, "*.parquet", SearchOption.AllDirectories).Single();
        if (how == "gone") File.Delete(file);
        if (how == "unmounted") File.Delete(Path.Combine(rig.Folder, "archive.json"));
        if (how == "damaged")
        {
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }

        var log = new List<string>();
        Assert.Equal([1, 1], (await ReadAsync(Histories(rig, folder, log))).Select(history => history.Interactions.Count));
        Assert.Contains("read from the store's log", Assert.Single(log), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Child("work")));
    }

    private static async Task StepAsync(EngineRig engine, Random random)
    {
        var user = $"u{random.Next(6)}";
        switch (random.Next(12))
        {
            case 0:
                await engine.Engine.Users.DeleteAsync(Ns, user, None);
                break;
            case 1:
                await engine.Engine.UndoAsync(Ns, user, [.. Enumerable.Range(0, 8).Select(_ => $"e{random.Next(400)}")], None);
                break;
            case 2 when (await engine.RecordAsync(user)).Revision > 0:
                await engine.Engine.Users.LinkAsync(Ns, user, "known", None);
                break;
            default:
                engine.Time.Advance(TimeSpan.FromMinutes(random.Next(600)));
                await engine.WriteAsync([.. Enumerable.Range(0, 12).Select(_ => Event(engine, random))]);
                break;
        }
    }

    private static WatchEvent Event(EngineRig engine, Random random)
    {
        // Late ones, duplicates, ties in time, lengths by the event and by nobody.
        var type = (WatchEventType)random.Next(1, 13);
        var e = engine.Event(
            $"u{random.Next(6)}", type, $"i{random.Next(15)}", engine.NowMs - (random.Next(40) * 30_000), random.Next(3) == 0 ? "" : $"e{random.Next(400)}",
            random.Next(2) == 0 ? "" : $"s{random.Next(3)}", random.Next(3) == 0 ? -1 : random.Next(90_000), random.Next(3) == 0 ? -1 : random.Next(1, 90_000));
        return e with { RatingShare = type == WatchEventType.Rating ? random.Next(8) / 7.0 : double.NaN, RatingMax = 7, CustomName = type == WatchEventType.Custom ? "c" : "" };
    }

    private static UserHistories Histories(ArchiveRig rig, TemporaryFolder folder, List<string> log)
    {
        Directory.CreateDirectory(folder.Child("work"));
        var reader = new ArchiveReader(rig.Engine.Store, rig.Folder, rig.Engine.Time, new ListLogger(log));
        return new(rig.Engine.Sqlite, rig.Engine.Rules, rig.Engine.Time, new(reader, () => new(Path.Combine(folder.Child("work"), Guid.NewGuid().ToString("n")))));
    }

    private static ScaledProgress Progress() => new(new Progress<TrainingProgress>(), 0, 1);

    private static async Task<List<UserHistory>> ReadAsync(UserHistories histories) => await histories.ReadAsync(Ns, Progress(), None).ToListAsync();

    private static async Task WriteAsync(ArchiveRig rig, string folder, UserHistories histories)
    {
        var items = rig.Engine.Engine.ItemNumbers;
        var catalogue = await CatalogueMirror.LoadAsync(rig.Engine.Sqlite, items, None);
        await new TrainingSetExport(items, catalogue, new(rig.Engine.Sqlite, NullLogger.Instance), rig.Engine.Time).WriteAsync(
            folder, Ns, TrainingSetSplit.None, histories.ReadAsync(Ns, Progress(), None), None);
    }

    private sealed class ListLogger(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }
}
