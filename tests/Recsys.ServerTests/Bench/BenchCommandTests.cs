using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Recsys.ServerTests.Commands;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Bench;

/// <summary>`recsys bench` as a user runs it.</summary>
[Collection(AloneCollection.Name)]
public sealed class BenchCommandTests : IDisposable
{
    private static readonly string[] Small = ["--items", "500", "--users", "400", "--history", "2", "--dimensions", "16/16/1", "--streams", "4"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bench_when_run_shortly_measures_the_server_and_the_echo_and_leaves_nothing_behind()
    {
        var seen = new ConcurrentDictionary<int, string>();
        var run = await RunAsync(seen, ["bench", "--seconds", "3", "--warm-up", "1", "--rate", "200", "--json", "-", .. Small], _ => Task.CompletedTask);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.False(report.GetProperty("interrupted").GetBoolean());
        Assert.Equal("16/16/1", report.GetProperty("settings").GetProperty("dimensions").GetString());
        Assert.True(report.GetProperty("machine").GetProperty("cores").GetInt32() > 0);
        var result = Assert.Single(report.GetProperty("results").EnumerateArray());
        Assert.Equal("session-1", result.GetProperty("model_version").GetString());
        foreach (var target in new[] { "server", "echo" })
        {
            var load = result.GetProperty(target);
            Assert.Equal(0, load.GetProperty("error_count").GetInt64());
            var count = 0L;
            foreach (var name in new[] { "events", "recommend", "similar", "event_to_list" })
            {
                var row = load.GetProperty("operations").GetProperty(name);
                var (p50, p95, p99, p999, max) = (Number(row, "p50_ms"), Number(row, "p95_ms"), Number(row, "p99_ms"), Number(row, "p99_9_ms"), Number(row, "max_ms"));
                Assert.True(p50 > 0 && p50 <= p95 && p95 <= p99 && p99 <= p999 && p999 <= max, $"{target} {name}: {row}");
                Assert.True(row.GetProperty("count").GetInt64() > 0, $"{target} {name}: {row}");
                if (name != "event_to_list") count += row.GetProperty("count").GetInt64();
            }

            // 600 are due; of a Poisson process' count the deviation is the root.
            Assert.InRange(count, 600 - 150, 600 + 150);
            var process = Assert.Single(load.GetProperty("processes").EnumerateArray());
            Assert.True(Number(process, "cpu_seconds") > 0 && Number(process, "memory_peak_mb") > 10, process.ToString());
            Assert.True(Number(load.GetProperty("generator").GetProperty("process"), "cpu_seconds") > 0);
        }

        // An event loads its user and commits, unless others share that.
        var calls = result.GetProperty("server").GetProperty("store_calls");
        Assert.InRange(Number(calls, "per_event"), 0.01, 2.5);
        Assert.True(calls.GetProperty("calls").GetProperty("events/commit").GetInt64() > 0);
        Assert.True(result.GetProperty("cpu_ratio").GetDouble() > 0);
        Assert.True(Number(result.GetProperty("ratio").GetProperty("recommend"), "p50") > 0);

        Assert.Contains(seen.Values, line => line.Contains(" serve ", StringComparison.Ordinal));
        Assert.Contains(seen.Values, line => line.Contains(" bench-echo ", StringComparison.Ordinal));
        Assert.All(seen.Keys, id => Assert.False(BenchChildren.IsThere(id), $"{id} {seen[id]}"));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Bench_when_told_both_measures_a_model_with_the_session_network_alone_and_one_with_all_sources()
    {
        var run = await RunAsync(new(), ["bench", "--seconds", "2", "--warm-up", "1", "--rate", "100", "--sources", "both", "--no-echo", "--json", "-", .. Small], _ => Task.CompletedTask);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var results = JsonDocument.Parse(run.Output).RootElement.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(["session", "all"], results.Select(result => result.GetProperty("sources").GetString()));
        Assert.All(results, result => Assert.True(result.GetProperty("server").GetProperty("operations").GetProperty("recommend").GetProperty("count").GetInt64() > 0, result.ToString()));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Bench_when_it_switches_the_model_tells_operations_before_from_those_after()
    {
        var run = await RunAsync(new(), ["bench", "--seconds", "9", "--warm-up", "2", "--rate", "100", "--switch-model", "--no-echo", "--json", "-", .. Small], _ => Task.CompletedTask);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var server = Assert.Single(JsonDocument.Parse(run.Output).RootElement.GetProperty("results").EnumerateArray()).GetProperty("server");
        var change = server.GetProperty("switch");
        Assert.Equal("session-2", change.GetProperty("model_version").GetString());
        Assert.InRange(Number(change, "seconds"), 0.001, 6);
        var phases = change.GetProperty("phases").EnumerateObject().ToDictionary(phase => phase.Name, phase => Count(phase.Value));
        Assert.Equal(["after", "before", "during"], phases.Keys.Order());
        // A third of the time is before, whatever the switch takes of the rest.
        var all = Count(server.GetProperty("operations"));
        Assert.Equal(all, phases.Values.Sum());
        Assert.InRange(phases["before"], all / 5, all / 2);
        Assert.True(phases["after"] > 0);

        static long Count(JsonElement rows) => rows.EnumerateObject().Sum(row => row.Value.GetProperty("count").GetInt64());
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Bench_when_interrupted_says_what_there_is_and_leaves_no_child_behind()
    {
        var seen = new ConcurrentDictionary<int, string>();
        var run = await RunAsync(seen, ["bench", "--seconds", "600", "--warm-up", "0", "--rate", "100", .. Small], async process =>
        {
            await Eventually.HoldsAsync(() => seen.Values.Any(line => line.Contains(" serve ", StringComparison.Ordinal)), "the bench has a server");
            await Task.Delay(TimeSpan.FromSeconds(4)); // of load, or of starting: an interrupt ends either
            await CommandRun.InterruptAsync(process);
        });
        Assert.Equal(130, run.ExitCode);
        Assert.Contains("recsys: interrupted", run.Error, StringComparison.Ordinal);
        Assert.Contains("Interrupted: figures are of the time until then.", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("UNFINISHED", run.Output, StringComparison.Ordinal);
        Assert.NotEmpty(seen);
        Assert.All(seen.Keys, id => Assert.False(BenchChildren.IsThere(id), $"{id} {seen[id]}"));
    }

    [Theory]
    [InlineData("bench --rate fast", "--rate is a number above 0 or max")]
    [InlineData("bench --mix lists=5", "--mix is shares such as")]
    [InlineData("bench --dimensions 128", "--dimensions is embedding/hidden/blocks")]
    [InlineData("bench --picture a.svg", "--picture needs --catalogue")]
    [InlineData("bench --server ftp://x", "--server is HOST:PORT or a URL such")]
    [InlineData("bench --items 10q", "--items: '10q' is no whole number")]
    [InlineData("bench -- --bogus 1", "--bogus")]
    [InlineData("bench --server 127.0.0.1:1 --no-echo", "no connection")]
    public async Task Bench_when_asked_for_what_it_cannot_do_says_why(string words, string reason) =>
        (await CommandRun.RunAsync(_folder.Path, words.Split(' '))).IsRefused(reason);

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    /// <summary>Runs it and notes every child that it has meanwhile.</summary>
    private async Task<CommandRun> RunAsync(ConcurrentDictionary<int, string> seen, IReadOnlyList<string> words, Func<Process, Task> meanwhile)
    {
        var watching = Task.CompletedTask;
        var run = await CommandRun.RunAsync(_folder.Path, words, async process =>
        {
            watching = Task.Run(async () =>
            {
                while (!process.HasExited)
                {
                    foreach (var (id, line) in BenchChildren.Of(process.Id).Where(child => child.CommandLine.Length > 0)) seen[id] = line; // one that is ending has none
                    await Task.Delay(50);
                }
            });
            await meanwhile(process);
            await watching;
        });
        return run;
    }
}
