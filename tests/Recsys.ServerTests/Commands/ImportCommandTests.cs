using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Commands;

/// <summary>`recsys import` of people's own files, bad ones among them.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Csv_when_lines_are_bad_is_imported_but_for_them_and_the_reject_file_has_the_reasons()
    {
        await File.WriteAllTextAsync(_folder.File("clicks.csv"), """
            visitorid;itemid;at;event
            1;10;1433221332117;view
            1;11;1433221342117;addtocart
            2;;1433221352117;view
            2;10;soon;view
            3;10;1433221352117;frobnicate
            """);
        await File.WriteAllTextAsync(_folder.File("products.csv"), "itemid,name,category\n10,Sword,weapons\n11,Shield,armour\n");
        var run = (await ImportAsync("clicks.csv", "--map", "user=visitorid,item=itemid,time=at,type=event", "--items", "products.csv")).Succeeds();
        Assert.Contains("2 items and 2 events stored", run.Output, StringComparison.Ordinal);
        Assert.Contains("3 lines or records left out: see clicks.csv.rejects.tsv", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            [
                "file\tline\treason\ttext",
                "clicks.csv\t4\tthe item id is empty\t2;;1433221352117;view",
                "clicks.csv\t5\tthe time 'soon' is neither a Unix time nor ISO 8601\t2;10;soon;view",
                "clicks.csv\t6\tthe event type 'frobnicate' is not known\t3;10;1433221352117;frobnicate",
            ],
            await File.ReadAllLinesAsync(_folder.File("clicks.csv.rejects.tsv")));
        var list = (await CommandRun.RunAsync(_folder.Path, "recommend", "9", "--db", "shop.db")).Succeeds().Output;
        Assert.Contains("Sword", list, StringComparison.Ordinal);
        Assert.Contains("Shield", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_lines_when_compressed_are_read_and_the_reject_file_is_where_it_was_asked_for()
    {
        await using (var file = new GZipStream(File.Create(_folder.File("log.jsonl.gz")), CompressionLevel.Fastest))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes("""
                {"user":"a","item":"x","time":1700000000,"type":"view"}
                not json
                {"user":"b","item":"x","time":"2024-01-01T00:00:00Z","type":"like"}
                """));
        }

        var figures = Assert.Single((await ImportAsync("log.jsonl.gz", "--reject-file", "left.tsv", "--json")).Succeeds().Json);
        Assert.Equal(2, figures.GetProperty("events_stored").GetInt32());
        Assert.Equal(1, figures.GetProperty("lines_rejected").GetInt32());
        Assert.Equal("left.tsv", figures.GetProperty("reject_file").GetString());
        Assert.StartsWith("log.jsonl.gz\t2\tnot JSON", (await File.ReadAllLinesAsync(_folder.File("left.tsv")))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_when_it_cannot_be_done_says_why_and_makes_no_store()
    {
        await File.WriteAllTextAsync(_folder.File("a.csv"), "user,item,timestamp\nu,,1700000000\n");
        Directory.CreateDirectory(_folder.File("nothing"));
        (await ImportAsync("missing.csv")).IsRefused("There is no file or folder missing.csv");
        (await ImportAsync("nothing")).IsRefused("The folder nothing has none of u.data");
        (await ImportAsync("a.csv", "--map", "user=who")).IsRefused("a.csv has no column 'who'; its columns are user, item, timestamp");
        (await ImportAsync("a.csv", "--type", "77")).IsRefused("--type is one of PlayStart");
        (await ImportAsync("a.csv", "--namespace", "A b")).IsRefused("--namespace must be");
        (await ImportAsync("a.csv", "--reject-file", "a.csv")).IsRefused("would overwrite the data set");
        Assert.False(File.Exists(_folder.File("shop.db")));
        var run = await ImportAsync("a.csv", "--reject-file", "no/such/folder.tsv");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("The reject file no/such/folder.tsv can't be written", run.Error, StringComparison.Ordinal);
        run = await ImportAsync("a.csv");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("recsys: nothing was imported\n", run.Error);
    }

    [Fact]
    public async Task Import_when_interrupted_says_what_it_stored_and_doubles_nothing_when_run_again()
    {
        const int Lines = 120_000;
        await using (var file = new StreamWriter(_folder.File("long.csv")))
        {
            await file.WriteLineAsync("user,item,timestamp");
            for (var i = 0; i < Lines; i++)
                await file.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"u{i % 200},i{i % 977},{1_700_000_000 + i}"));
        }

        var log = new FileInfo(_folder.File("shop.db-wal"));
        var run = await CommandRun.RunAsync(_folder.Path, ["import", "long.csv", "--json", "--db", "shop.db"], async process =>
        {
            await Eventually.HoldsAsync(
                () =>
                {
                    log.Refresh();
                    return process.HasExited || (log.Exists && log.Length > 8_000_000);
                },
                "the import stores events");
            await CommandRun.InterruptAsync(process);
        });
        Assert.Equal(130, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.EndsWith("recsys: interrupted\n", run.Error, StringComparison.Ordinal);
        var told = int.Parse(Regex.Match(run.Error, @"([\d,]+) events were stored").Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        var figures = Assert.Single((await ImportAsync("long.csv", "--json")).Succeeds().Json);
        Assert.InRange(told, 1, Lines - 1);
        Assert.InRange(figures.GetProperty("events_duplicate").GetInt32(), told, Lines - 1);
        Assert.Equal(Lines, figures.GetProperty("events_duplicate").GetInt32() + figures.GetProperty("events_stored").GetInt32());
    }

    private Task<CommandRun> ImportAsync(params string[] arguments) => CommandRun.RunAsync(_folder.Path, ["import", .. arguments, "--db", "shop.db"]);
}
