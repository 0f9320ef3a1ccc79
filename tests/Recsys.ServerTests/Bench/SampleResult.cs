using Recsys.Server.Bench;

namespace Recsys.ServerTests.Bench;

/// <summary>Results of loads that never were.</summary>
internal static class SampleResult
{
    /// <summary>One with a row of events.</summary>
    internal static LoadResult Of(double rate, double p99, long errors) => new()
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
