using Recsys.Serving.Archive;
using Recsys.Serving.Events;
using Recsys.Storage;
using Recsys.Storage.Archive;

namespace Recsys.Tests.Serving.Archive;

/// <summary>Every log entry is in the archive once, whatever happens to the processes that archive.</summary>
public sealed class ArchiverTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Log_when_archived_is_in_files_by_namespace_stream_and_day_once()
    {
        await using var rig = await ArchiveRig.OpenAsync();
        var engine = rig.Engine;
        await engine.WriteAsync(engine.Like("ann", "a"), engine.Like("bob", "b", id: "1"), engine.Event("ann", WatchEventType.Impression, "c"));
        await engine.Engine.WriteAsync("game", [engine.Like("eve", "x")], None);
        await engine.Engine.UndoAsync(EngineRig.Ns, "bob", ["1"], None);
        await rig.ArchiveAsync();
        await rig.ArchiveAsync();
        await rig.AssertWholeAsync();
        engine.Time.Advance(TimeSpan.FromDays(1));
        await engine.WriteAsync(engine.Like("ann", "d", timeMs: 5), engine.Like("bob", "b"));
        await rig.ArchiveAsync();
        await rig.AssertWholeAsync();
        Assert.Equal(
            ["default/events/day=2026-05-01", "default/events/day=2026-05-02", "default/exposures/day=2026-05-01", "game/events/day=2026-05-01"],
            Directory.GetFiles(rig.Folder, "*.parquet", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(rig.Folder, Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal));
        Assert.Empty(rig.Drafts());
    }

    [Fact]
    public async Task Entry_when_archived_keeps_every_value()
    {
        await using var rig = await ArchiveRig.OpenAsync();
        var engine = rig.Engine;
        await engine.PutItemsAsync(new Recsys.Serving.Catalogue.CatalogueItem { ItemId = "film", DurationMs = 7_000 });
        await engine.WriteAsync(
            new WatchEvent
            {
                UserId = "ann",
                EventId = "id",
                Type = WatchEventType.PlayStop,
                ItemId = "film",
                SessionId = "s",
                EventTimeMs = 1_234,
                PositionMs = 5,
                RecommendationId = "list",
                ListPosition = 3,
                Placement = "home",
                Context = new() { UtcOffsetSeconds = -60, Device = "tv", Locale = "pt", Country = "BR", Attributes = new Dictionary<string, string> { ["k"] = "v" } },
            },
            new WatchEvent { UserId = "ann", Type = WatchEventType.Rating, ItemId = "film", EventTimeMs = 9, RatingShare = 1 / 3.0, RatingMax = 3 },
            new WatchEvent { UserId = "ann", Type = WatchEventType.Custom, CustomName = "c", EventTimeMs = 9, PriceCurrency = "EUR", PriceMicros = 5 });
        await rig.ArchiveAsync();
        var file = Assert.Single(Directory.GetFiles(rig.Folder, "*.parquet", SearchOption.AllDirectories));
        await using var reader = await TableReader.OpenAsync(file, None);
        var cells = await reader.ReadAsync(0, ArchiveColumns.All, None);
        var number = await engine.NumberAsync("film");
        var log = await engine.LogAsync("ann");
        Assert.Equal(
            [
                $"user_id=ann item_id=film item_number={number} type=PLAY_STOP event_time=1234 event_id=id session_id=s position_ms=5 catalogue_duration_ms=7000 "
                + $"recommendation_id=list list_position=3 placement=home utc_offset_s=-60 device=tv locale=pt country=BR context={{\"k\":\"v\"}} "
                + $"commit_sequence={log[0].Sequence} receive_time={engine.NowMs}",
                $"user_id=ann item_id=film item_number={number} type=RATING event_time=9 catalogue_duration_ms=7000 rating_share={1 / 3.0:R} rating_max=3 "
                + $"commit_sequence={log[1].Sequence} receive_time={engine.NowMs}",
                $"user_id=ann type=CUSTOM event_time=9 price_micros=5 currency=EUR custom_name=c commit_sequence={log[2].Sequence} receive_time={engine.NowMs}",
            ],
            Enumerable.Range(0, 3).Select(row => string.Join(' ', ArchiveColumns.All.Select((column, i) => Text(column, cells[i][row])).Where(text => text.Length > 0))));
    }

    [Fact]
    public async Task Exposure_when_archived_keeps_its_propensity_and_a_file_of_an_earlier_version_is_read_without_one()
    {
        await using var rig = await ArchiveRig.OpenAsync();
        var engine = rig.Engine;
        await engine.WriteAsync(engine.Event("ann", WatchEventType.Impression, "a") with { Propensity = 0.25 }, engine.Event("ann", WatchEventType.Impression, "b"));
        await rig.ArchiveAsync();
        var propensity = Assert.Single(ArchiveColumns.All, column => column.Name == "propensity");
        var file = Assert.Single(Directory.GetFiles(rig.Folder, "*.parquet", SearchOption.AllDirectories));
        await using (var reader = await TableReader.OpenAsync(file, None))
        {
            Assert.Equal([0.25, null], (await reader.ReadAsync(0, [propensity], None))[0].Select(cell => cell.HasValue ? cell.Real : null as double?));
        }

        // The first version's 25 columns are in every file; what came later may be missing.
        var first = ArchiveColumns.All.Where(column => !column.IsLater).ToArray();
        Assert.Equal(25, first.Length);
        var old = Path.Combine(rig.Folder, "old.parquet");
        await using (var writer = await TableWriter.CreateAsync(File.Create(old), first, None))
        {
            await writer.AddAsync(new TableCell[first.Length], None);
            await writer.CompleteAsync(None);
        }

        await using var earlier = await TableReader.OpenAsync(old, None);
        Assert.False(Assert.Single((await earlier.ReadAsync(0, ArchiveColumns.All, None))[^1]).HasValue);
        await Assert.ThrowsAsync<StoreFormatException>(() => earlier.ReadAsync(0, [new("other", ColumnType.Real)], None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Archiver_when_it_dies_at_any_write_of_the_store_neither_loses_nor_doubles_an_entry(bool afterTheWrite)
    {
        await using var rig = await ArchiveRig.OpenAsync();
        var engine = rig.Engine;
        var (left, deaths) = (0, 0);
        Task Die() => --left == 0 ? throw new StoreUnavailableException("It died.") : Task.CompletedTask;
        if (afterTheWrite) engine.Store.AfterDocuments = Die;
        else engine.Store.BeforeDocuments = Die;
        for (var writes = 1; writes <= 14; writes++)
        {
            await engine.WriteAsync(engine.Like("ann", $"i{writes}"), engine.Like("bob", "b"), engine.Event("ann", WatchEventType.Impression, "c"));
            engine.Time.Advance(TimeSpan.FromHours(5));
            left = writes;
            await using var archiver = rig.NewArchiver();
            try
            {
                await archiver.RunOnceAsync(None);
            }
            catch (StoreUnavailableException)
            {
                deaths++;
            }

            left = 0;

            // What a reader finds meanwhile is never doubled.
            var found = await rig.RowsAsync();
            Assert.Equal(found.Distinct(), found);
            Assert.Empty(found.Except(await rig.LogAsync()));
        }

        Assert.True(deaths > 6, $"{deaths} deaths");
        await rig.ArchiveAsync();
        await rig.AssertWholeAsync();
        Assert.Empty(rig.Drafts());
    }

    [Fact]
    public async Task Archivers_when_several_share_a_store_take_turns_and_one_that_was_stopped_too_long_commits_nothing()
    {
        await using var rig = await ArchiveRig.OpenAsync();
        var engine = rig.Engine;
        engine.Store.Shared = true;
        await engine.WriteAsync(engine.Like("ann", "a"), engine.Like("bob", "b"));
        await using var first = rig.NewArchiver();
        await using var second = rig.NewArchiver();
        var (puts, refused, took) = (0, false, false);
        engine.Store.BeforeDocuments = async () =>
        {
            // The third write is the checkpoint of the first batch: "started", the lease, the checkpoint.
            if (++puts != 3) return;
            engine.Store.BeforeDocuments = null;
            refused = !await second.RunOnceAsync(None);
            engine.Time.Advance(TimeSpan.FromMinutes(6));
            took = await second.RunOnceAsync(None);
        };
        Assert.True(await first.RunOnceAsync(None));
        Assert.True(refused && took, $"refused {refused}, took {took}");
        await rig.AssertWholeAsync();
        Assert.Empty(rig.Drafts());
        await engine.WriteAsync(engine.Like("ann", "c"));
        Assert.True(await first.RunOnceAsync(None));
        await rig.AssertWholeAsync();
    }

    [Fact]
    public async Task Folder_when_another_stores_or_emptied_is_refused_and_nothing_is_written()
    {
        await using var rig = await ArchiveRig.OpenAsync();
        await using var other = await ArchiveRig.OpenAsync();
        await rig.Engine.WriteAsync(rig.Engine.Like("ann", "a"));
        await rig.ArchiveAsync();
        await other.Engine.WriteAsync(other.Engine.Like("eve", "a"));
        await using var wrong = other.NewArchiver(folder: rig.Folder);
        Assert.Contains("of another store", (await Assert.ThrowsAsync<IOException>(() => wrong.RunOnceAsync(None))).Message, StringComparison.Ordinal);
        await rig.AssertWholeAsync();

        await rig.Engine.WriteAsync(rig.Engine.Like("ann", "b"));
        await using var unmounted = rig.NewArchiver(folder: Path.Combine(rig.Folder, "elsewhere"));
        Assert.Contains("Is its volume mounted?", (await Assert.ThrowsAsync<IOException>(() => unmounted.RunOnceAsync(None))).Message, StringComparison.Ordinal);
        await rig.ArchiveAsync();
        await rig.AssertWholeAsync();
    }

    private static string Text(TableColumn column, TableCell cell) => !cell.HasValue ? "" : column.Type switch
    {
        ColumnType.Text or ColumnType.Json => $"{column.Name}={cell.Text}",
        ColumnType.Real => FormattableString.Invariant($"{column.Name}={cell.Real:R}"),
        _ => $"{column.Name}={cell.Whole}",
    };
}
