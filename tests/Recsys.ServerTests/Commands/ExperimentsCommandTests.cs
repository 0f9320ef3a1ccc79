using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Commands;

/// <summary>`recsys experiments estimate` on files, as a user runs it.</summary>
public sealed class ExperimentsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Log_when_it_says_enough_gives_an_estimate_that_holds_what_was_measured()
    {
        // Item a is shown three times in four and played in 10 %, b in 50 %: uniform earns 0.3.
        Write("log.csv.gz", "item,propensity,play", Rows(4_000, 0.75, 1));
        Write("truth.csv", "item,propensity,play", Rows(4_000, 0.5, 2));
        var run = (await EstimateAsync("--log", "log.csv.gz", "--policy", "uniform", "--truth", "truth.csv", "--json")).Succeeds();
        var json = Assert.Single(run.Json);
        Assert.Equal(("estimated", "uniform", 2, 4_000), (Text(json, "status"), Text(json, "policy"), json.GetProperty("actions").GetInt32(), json.GetProperty("rows").GetInt32()));
        Assert.Equal(0, json.GetProperty("refusals").GetArrayLength());
        Assert.InRange(json.GetProperty("snips").GetProperty("value").GetDouble(), 0.27, 0.33);
        Assert.InRange(json.GetProperty("logged_mean").GetDouble(), 0.18, 0.22);
        Assert.True(json.GetProperty("truth").GetProperty("inside").GetBoolean());
        Assert.Equal(2, json.GetProperty("snips").GetProperty("bootstrap_interval").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("clipped").ValueKind);

        var text = (await EstimateAsync("--log", "log.csv.gz", "--policy", "uniform", "--truth", "truth.csv")).Succeeds().Output;
        foreach (var words in new[] { "log.csv.gz: 4,000 rows; policy uniform over 2 actions", "SNIPS", "95 % interval", "Effective sample size", "lies inside the interval" })
            Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_when_a_few_rows_carry_it_is_refused_with_exit_code_zero_and_the_reasons()
    {
        Write("log.csv", "item,propensity,play", Rows(2_000, 0.75, 1).Append("b,0.0001,1"));
        var json = Assert.Single((await EstimateAsync("--log", "log.csv", "--policy", "uniform", "--json")).Succeeds().Json);
        Assert.Equal("refused", Text(json, "status"));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (json.GetProperty("snips").ValueKind, json.GetProperty("ips").ValueKind));
        Assert.Equal(["effective_sample_size", "weight_share", "mean_weight"], json.GetProperty("refusals").EnumerateArray().Select(refusal => Text(refusal, "code")));
        Assert.Equal(("estimated", 1), (Text(json.GetProperty("clipped"), "status"), json.GetProperty("clipped").GetProperty("rows_clipped").GetInt32()));
        var text = (await EstimateAsync("--log", "log.csv", "--policy", "uniform")).Succeeds().Output;
        Assert.Contains("REFUSED, there is no estimate: the weighted log is worth", text, StringComparison.Ordinal);
        Assert.Contains("can bias the value by up to", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_when_in_a_column_and_units_when_mapped_are_used()
    {
        Write("log.csv", "what,p,q,seconds,who", Rows(2_000, 0.5, 1).Select((row, i) => $"{row.Replace(",0.5,", $",0.5,{(row[0] == 'a' ? "0.2" : "0.8")},", StringComparison.Ordinal)},u{i % 400}"));
        var json = Assert.Single((await EstimateAsync("--log", "log.csv", "--policy", "column:q", "--map", "reward=seconds,propensity=2,unit=who", "--resamples", "0", "--json")).Succeeds().Json);
        Assert.Equal(("who", 400, JsonValueKind.Null), (Text(json, "unit_column"), json.GetProperty("units").GetInt32(), json.GetProperty("actions").ValueKind));

        // 0.2 * 0.1 + 0.8 * 0.5
        Assert.InRange(json.GetProperty("snips").GetProperty("value").GetDouble(), 0.38, 0.46);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("snips").GetProperty("bootstrap_interval").ValueKind);
    }

    [Theory]
    [InlineData("--log none.csv --policy uniform", "There is no file none.csv.")]
    [InlineData("--log bad.csv --policy uniform", "bad.csv, line 4, column propensity: the propensity '0' must be above 0 and at most 1.")]
    [InlineData("--log bad.csv --policy best", "--policy is uniform, greedy or column:NAME, not 'best'.")]
    [InlineData("--log bad.csv --policy column:q", "bad.csv has no column 'q'; its columns are item, propensity, play.")]
    [InlineData("--log bad.csv --policy greedy", "bad.csv has no column 'greedy'; its columns are item, propensity, play.")]
    [InlineData("--log bad.csv --policy column:play --actions 3", "--actions is 1 or more, and goes with --policy uniform.")]
    [InlineData("--log bad.csv --policy uniform --clip -1", "--clip is above 0.")]
    [InlineData("--log bad.csv --policy uniform --clip nan", "--clip is above 0.")]
    [InlineData("--log bad.csv --policy uniform --map foo=bar", "names no known field")]
    [InlineData("--log bad.csv --policy uniform --truth-map reward=x", "--truth-map goes with --truth.")]
    [InlineData("--log bad.csv --policy uniform --truth bad.csv --truth-map reward=x", "bad.csv has no column 'x'")]
    [InlineData("--log bad.csv --policy uniform --resamples 1000000", "--resamples is 0 to 100,000.")]
    [InlineData("--log bad.csv --policy uniform --delimiter ab", "--delimiter is one character (or tab), not 'ab'.")]
    [InlineData("--log header.csv --policy uniform", "There is no row in header.csv.")]
    [InlineData("--log few.csv --policy uniform --actions 1", "few.csv shows 2 actions, more than --actions 1.")]
    [InlineData("--log .", "'--policy' is required")]
    [InlineData("--log . --policy uniform", "There is no file .")]
    public async Task Input_when_bad_is_refused_in_words_with_exit_code_two(string words, string reason)
    {
        Write("bad.csv", "item,propensity,play", ["a,0.5,1", "b,0.5,0", "a,0,1"]);
        Write("few.csv", "item,propensity,play", ["a,0.5,1", "b,0.5,0"]);
        Write("header.csv", "item,propensity,play", []);
        (await EstimateAsync(words.Split(' '))).IsRefused(reason);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static IEnumerable<string> Rows(int count, double propensityOfA, int seed)
    {
        var random = new Random(seed);
        for (var row = 0; row < count; row++)
        {
            var isA = random.NextDouble() < propensityOfA;
            var play = random.NextDouble() < (isA ? 0.1 : 0.5) ? 1 : 0;
            yield return string.Create(CultureInfo.InvariantCulture, $"{(isA ? 'a' : 'b')},{(isA ? propensityOfA : 1 - propensityOfA)},{play}");
        }
    }

    private Task<CommandRun> EstimateAsync(params string[] words) => CommandRun.RunAsync(_folder.Path, ["experiments", "estimate", .. words]);

    private void Write(string name, string header, IEnumerable<string> rows)
    {
        var bytes = Encoding.UTF8.GetBytes($"{header}\n{string.Concat(rows.Select(row => $"{row}\n"))}");
        using var file = File.Create(Path.Combine(_folder.Path, name));
        using Stream stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(bytes);
    }
}
