using Recsys.Server.Bench;

namespace Recsys.ServerTests.Bench;

/// <summary>The search for the highest rate.</summary>
public sealed class RateSearchTests
{
    [Theory]
    [InlineData(7_300)]
    [InlineData(500)]
    [InlineData(90)]
    public async Task Search_when_the_server_sustains_a_rate_finds_it_within_the_gap(double capacity)
    {
        var search = new RateSearch(500, p99LimitMs: 50, _ => { });
        var found = await search.RunAsync(rate => Task.FromResult(Result(rate, rate <= capacity ? 40 : 60, errors: 0)));
        Assert.InRange(found, capacity / (RateSearch.Precision + 0.02), capacity);
        Assert.All(search.Steps, step => Assert.Equal(step.RatePerSecond <= capacity, step.Sustained));
    }

    [Fact]
    public async Task Search_when_there_are_errors_takes_the_rate_for_too_high_however_fast_it_is()
    {
        var found = await new RateSearch(500, p99LimitMs: 50, _ => { }).RunAsync(rate => Task.FromResult(Result(rate, 1, errors: rate > 800 ? 1 : 0)));
        Assert.InRange(found, 740, 800);
    }

    private static LoadResult Result(double rate, double p99, long errors) => new()
    {
        Target = "server",
        RatePerSecond = rate,
        Seconds = 1,
        Operations = new Dictionary<string, LatencySummary>
        {
            ["events"] = new()
            {
                Count = 1,
                OfferedPerSecond = rate,
                AchievedPerSecond = rate,
                P50Ms = 1,
                P95Ms = 1,
                P99Ms = p99,
                P999Ms = p99,
                MaxMs = p99,
                ErrorCount = errors,
                Errors = new Dictionary<string, long>(),
            },
        },
        AchievedPerSecond = rate,
        ErrorCount = errors,
        Processes = [],
        CpuMsPerOperation = null,
        Generator = new GeneratorUsage { Process = null, LagP50Ms = 0, LagP99Ms = 0, LagMaxMs = 0, Warning = null },
        StoreCalls = null,
        Interrupted = false,
    };
}
