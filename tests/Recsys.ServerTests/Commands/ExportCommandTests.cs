using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Recsys.ServerTests.Running;
using Recsys.V1;

namespace Recsys.ServerTests.Commands;

/// <summary>`recsys export`, and `recsys import` of what it wrote.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private const string Nasty = " a, \"b\"; |ü\u2028 ";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("parquet")]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public async Task Store_when_exported_and_imported_elsewhere_has_the_same_rows_and_lists(string format)
    {
        await FillAsync("store.db");
        await RunAsync("export", "events", "--db", "store.db", "--to", "out/", "--format", format, "--exposures");
        await RunAsync("export", "items", "--db", "store.db", "--to", "out/", "--format", format);
        var figures = Assert.Single((await RunAsync("import", "out", "--db", "copy.db", "--json")).Json);
        Assert.Equal((3, 19, 0, 0), (
            figures.GetProperty("items_stored").GetInt32(), figures.GetProperty("events_stored").GetInt32(),
            figures.GetProperty("events_refused").GetInt32(), figures.GetProperty("lines_rejected").GetInt32()));

        Assert.Equal(await RowsAsync("store.db", "events"), await RowsAsync("copy.db", "events"));
        Assert.Equal(await RowsAsync("store.db", "items"), await RowsAsync("copy.db", "items"));
        foreach (var user in new[] { "ana", Nasty.Trim() })
            Assert.Equal(await ListAsync("store.db", user), await ListAsync("copy.db", user));
    }

    [Fact]
    public async Task Export_when_made_holds_every_column_and_leaves_undone_events_out_unless_asked()
    {
        await FillAsync("store.db");
        await RunAsync("export", "events", "--db", "store.db", "--to", "events.csv");
        var header = (await File.ReadAllLinesAsync(_folder.File("events.csv")))[0];
        Assert.Equal(
            "user_id,item_id,type,event_time,event_id,session_id,position_ms,duration_ms,rating,rating_max,price_micros,currency,custom_name,recommendation_id,"
            + "list_position,placement,utc_offset_s,device,locale,country,context,undone,propensity,commit_sequence,receive_time",
            header);
        Assert.DoesNotContain("taken-back", await File.ReadAllTextAsync(_folder.File("events.csv")), StringComparison.Ordinal);

        var figures = Assert.Single((await RunAsync("export", "events", "--db", "store.db", "--to", "all.jsonl", "--undone", "--json")).Json);
        Assert.Equal(18, figures.GetProperty("events").GetInt32());
        var undone = (await File.ReadAllLinesAsync(_folder.File("all.jsonl"))).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(row => row.GetProperty("undone").GetBoolean());
        Assert.Equal("taken-back", Assert.Single(undone).GetProperty("event_id").GetString());
        figures = Assert.Single((await RunAsync("import", "all.jsonl", "--db", "copy.db", "--json")).Json);
        Assert.Equal((17, 1), (figures.GetProperty("events_stored").GetInt32(), figures.GetProperty("lines_rejected").GetInt32()));
        Assert.Contains("the event was taken back", await File.ReadAllTextAsync(_folder.File("all.jsonl.rejects.tsv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_when_limited_in_time_has_what_was_received_then()
    {
        await FillAsync("store.db");
        var figures = Assert.Single((await RunAsync("export", "events", "--db", "store.db", "--to", "a.jsonl", "--until", "2020-01-01", "--json")).Json);
        Assert.Equal(0, figures.GetProperty("events").GetInt32());
        figures = Assert.Single((await RunAsync("export", "events", "--db", "store.db", "--to", "b.jsonl", "--from", "2020-01-01", "--json")).Json);
        Assert.Equal(17, figures.GetProperty("events").GetInt32());
    }

    [Fact]
    public async Task Export_when_it_cannot_be_done_says_why_and_leaves_no_file()
    {
        await using (await RunningServer.StartAsync(options => options with { Db = _folder.File("store.db") }))
        {
        }

        (await CommandRun.RunAsync(_folder.Path, "export", "events", "--db", "store.db", "--to", "a.parquet", "--format", "xml")).IsRefused("--format is one of parquet, csv, jsonl");
        (await CommandRun.RunAsync(_folder.Path, "export", "events", "--db", "store.db", "--to", "a.parquet", "--from", "June")).IsRefused("--from is a time");
        var run = await CommandRun.RunAsync(
            _folder.Path, "export", "events", "--db", "store.db", "--to", "a.parquet", "--from", "2026-02-01", "--until", "2026-01-01");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("to_time: must be after from_time", run.Error, StringComparison.Ordinal);
        (await CommandRun.RunAsync(_folder.Path, "export", "items", "--db", "none.db", "--to", "a.parquet")).IsRefused("There is no store none.db");
        Assert.Empty(Directory.GetFiles(_folder.Path, "*a.parquet*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }));
    }

    private async Task<CommandRun> RunAsync(params string[] arguments) => (await CommandRun.RunAsync(_folder.Path, arguments)).Succeeds();

    private async Task<string> ListAsync(string store, string user) => (await RunAsync("recommend", user, "--db", store, "--json")).Json[0].GetProperty("items").GetRawText();

    /// <summary>The rows without what a store gives itself; a user's in their order.</summary>
    private async Task<IReadOnlyList<string>> RowsAsync(string store, string what)
    {
        string[] more = what == "events" ? ["--exposures"] : [];
        await RunAsync(["export", what, "--db", store, "--to", $"{store}.{what}.jsonl", .. more]);
        var rows = (await File.ReadAllLinesAsync(_folder.File($"{store}.{what}.jsonl"))).Select(line =>
        {
            var row = JsonSerializer.Deserialize<SortedDictionary<string, JsonElement>>(line)!;
            foreach (var own in new[] { "commit_sequence", "receive_time", "create_time", "update_time" }) row.Remove(own);
            return row;
        });
        return [.. rows.OrderBy(row => row.TryGetValue("user_id", out var user) ? user.GetString() : "", StringComparer.Ordinal).Select(row => JsonSerializer.Serialize(row))];
    }

    private async Task FillAsync(string store)
    {
        await using var server = await RunningServer.StartAsync(options => options with { Db = _folder.File(store) });
        var items = new BatchUpsertItemsRequest { Items = { Sample.FullItem("full"), Sample.Film("plain"), Sample.Film(Nasty) } };
        items.Items[1].Description = "\r\nA line.\r\rAnother, \"quoted\".\n\n  ";
        items.Items[1].Genres.Add("a,b|c");
        Assert.All((await server.Clients.Catalog.BatchUpsertItemsAsync(items)).Statuses, status => Assert.Equal(0, status.Code));

        var events = new List<Event>();
        foreach (var type in System.Enum.GetValues<EventType>().Where(type => type != EventType.Unspecified))
            events.Add(new Event { UserId = "ana", Type = type, ItemId = "plain", EventId = $"e-{type}", EventTime = At(100 + (int)type), CustomName = type == EventType.Custom ? "seen" : "" });
        events[6].Rating = 7;
        events[6].RatingMax = 9;
        events.Add(new Event { UserId = "ana", Type = EventType.Custom, CustomName = "no item" });
        events.Add(new Event { UserId = "ana", Type = EventType.Like, ItemId = "full", EventId = "taken-back", EventTime = At(5) });
        for (var i = 0; i < 3; i++)
        {
            events.Add(new Event
            {
                UserId = Nasty.Trim(),
                Type = EventType.PlayProgress,
                ItemId = Nasty,
                SessionId = Nasty,
                EventTime = At(i),
                Position = Ms(i),
                Duration = Ms(0),
            });
        }

        events.Add(new Event
        {
            EventId = " id ",
            UserId = Nasty,
            Type = EventType.Purchase,
            ItemId = "full",
            EventTime = new Timestamp { Seconds = 1_700_000_000, Nanos = 7_000_000 },
            Position = Ms(12_345),
            Duration = Ms(99_999),
            Price = new Money { CurrencyCode = "JPY", AmountMicros = 9_007_199_254_740_993 },
            RecommendationId = "list",
            ListPosition = 4,
            Placement = "home, \"top\"",
            Context = new RequestContext
            {
                UtcOffset = new Duration { Seconds = -9_000 },
                Device = "tv",
                Locale = "pt-BR",
                Country = "BR",
                Attributes = { ["b"] = Nasty, ["a"] = "x" },
            },
        });
        events.Add(new Event { UserId = Nasty, Type = EventType.Impression, ItemId = "full", RecommendationId = "list", EventTime = At(9), Propensity = 0.30000001192092896 });
        events.Add(new Event { UserId = "bob", Type = EventType.Play, ItemId = "full", EventTime = At(1), Position = Ms(2_000_000) });
        var acks = (await server.Clients.Events.WriteEventsAsync(Sample.Write([.. events]))).Acks;
        Assert.All(acks, ack => Assert.NotNull(ack.Accepted));
        await server.Clients.Events.UndoEventsAsync(new UndoEventsRequest { UserId = "ana", EventIds = { "taken-back" } });
    }

    private static Timestamp At(int seconds) => new() { Seconds = 1_700_000_000 + seconds };

    private static Duration Ms(int ms) => new() { Seconds = ms / 1_000, Nanos = ms % 1_000 * 1_000_000 };
}
