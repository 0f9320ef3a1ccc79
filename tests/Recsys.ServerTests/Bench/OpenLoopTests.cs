using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Recsys.ServerTests.Commands;
using Recsys.ServerTests.Running;

namespace Recsys.ServerTests.Bench;

/// <summary>The proof that the loop is open: whoever stalls for a second of a minute, all that was due meanwhile is charged for it.</summary>
[Collection(AloneCollection.Name)]
[Trait("Category", "Slow")]
public sealed class OpenLoopTests : IDisposable
{
    private const int Seconds = 60;
    private const int Rate = 300;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Server_when_stopped_for_a_second_of_a_minute_shows_as_a_p99_9_of_900_ms_or_more() =>
        await StallAsync(bench => BenchChildren.Of(bench).Single(child => child.CommandLine.Contains(" serve ", StringComparison.Ordinal)).Id);

    [Fact]
    public async Task Generator_when_stopped_for_a_second_of_a_minute_hides_nothing_either() => await StallAsync(bench => bench);

    private async Task StallAsync(Func<int, int> whom)
    {
        var run = await CommandRun.RunAsync(
            _folder.Path,
            [
                "bench", "--seconds", Seconds.ToString(CultureInfo.InvariantCulture), "--warm-up", "2", "--rate", Rate.ToString(CultureInfo.InvariantCulture),
                "--mix", "events=60,recommend=20,similar=20", "--no-echo", "--json", "-",
                "--items", "500", "--users", "400", "--dimensions", "16/16/1",
            ],
            async bench =>
            {
                await Eventually.HoldsAsync(() => Sent(bench.Id), "the load is on");
                await Task.Delay(TimeSpan.FromSeconds(20));
                var stopped = whom(bench.Id).ToString(CultureInfo.InvariantCulture);
                await SignalAsync("-STOP", stopped);
                await Task.Delay(TimeSpan.FromSeconds(1));
                await SignalAsync("-CONT", stopped);
            });
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var load = JsonDocument.Parse(run.Output).RootElement.GetProperty("results")[0].GetProperty("server");
        AssertCharged(load, "events", 0.6, 900);

        // Of these few are due in the first tenth of the second.
        AssertCharged(load, "recommend", 0.2, 700);
        AssertCharged(load, "similar", 0.2, 700);
    }

    private static void AssertCharged(JsonElement load, string kind, double share, double leastMs)
    {
        var row = load.GetProperty("operations").GetProperty(kind);
        Assert.True(row.GetProperty("p99_9_ms").GetDouble() is var slowest && slowest >= leastMs && slowest < 10_000, $"{kind}: {row}");
        Assert.True(row.GetProperty("p50_ms").GetDouble() < 450, $"{kind}: {row}");
        Assert.InRange(row.GetProperty("count").GetInt64(), (Rate * share * Seconds) - 500, (Rate * share * Seconds) + 500);
    }

    /// <summary>The server child is there and its store has been closed by the preparation: the load begins.</summary>
    private static bool Sent(int bench) => BenchChildren.Of(bench).Any(child => child.CommandLine.Contains(" serve ", StringComparison.Ordinal));

    private static async Task SignalAsync(string signal, string process)
    {
        using var kill = Process.Start("kill", [signal, process]);
        await kill.WaitForExitAsync(Eventually.Soon());
    }
}
