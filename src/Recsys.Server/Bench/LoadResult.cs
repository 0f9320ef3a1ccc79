namespace Recsys.Server.Bench;

/// <summary>What a load came to.</summary>
internal sealed record LoadResult
{
    /// <summary>"server" or "echo".</summary>
    public required string Target { get; init; }

    /// <summary>Operations a second as asked for; a message of events is one.</summary>
    public required double RatePerSecond { get; init; }

    /// <summary>How long it was measured.</summary>
    public required double Seconds { get; init; }

    /// <summary>Latencies by kind: events, recommend, similar, event_to_list.</summary>
    public required IReadOnlyDictionary<string, LatencySummary> Operations { get; init; }

    /// <summary>Events, recommends and similars answered a second.</summary>
    public required double AchievedPerSecond { get; init; }

    /// <summary>All errors.</summary>
    public required long ErrorCount { get; init; }

    /// <summary>The servers' processes; empty: not known.</summary>
    public required IReadOnlyList<ProcessUsage> Processes { get; init; }

    /// <summary>CPU time of all servers' processes, milliseconds an operation; null: not known.</summary>
    public required double? CpuMsPerOperation { get; init; }

    /// <summary>The generator.</summary>
    public required GeneratorUsage Generator { get; init; }

    /// <summary>The servers' calls to their store; null: not known.</summary>
    public required StoreCalls? StoreCalls { get; init; }

    /// <summary>The switch of the model under this load; null: there was none.</summary>
    public SwitchResult? Switch { get; init; }

    /// <summary>True: it was ended before its time.</summary>
    public required bool Interrupted { get; init; }

    /// <summary>The worst p99 of the operations, in milliseconds.</summary>
    public double WorstP99Ms() => Operations.Where(pair => pair.Key != Name(OperationKind.EventToList)).Max(pair => pair.Value.P99Ms);

    /// <summary>The name of a kind in figures for programs.</summary>
    public static string Name(OperationKind kind) => kind switch
    {
        OperationKind.Events => "events",
        OperationKind.Recommend => "recommend",
        OperationKind.Similar => "similar",
        _ => "event_to_list",
    };

    /// <summary>Sums a load up.</summary>
    public static LoadResult Of(
        string target, double rate, double seconds, long windowStart, LoadRecorder recorder, ProcessSampler sampler, StoreCalls? calls, bool interrupted)
    {
        var rows = Enum.GetValues<OperationKind>()
            .Select(kind => (Name: Name(kind), Sum: recorder[kind].Sum(windowStart, seconds)))
            .Where(row => row.Sum.Count + row.Sum.ErrorCount > 0)
            .ToDictionary(row => row.Name, row => row.Sum);
        var operations = rows.Where(row => row.Key != Name(OperationKind.EventToList)).Select(row => row.Value).ToArray();
        var (servers, own) = (sampler.Servers(), sampler.Generator());
        var lag = recorder.Lags.Sum(windowStart, seconds);
        var answered = operations.Sum(row => row.Count);
        return new LoadResult
        {
            Target = target,
            RatePerSecond = rate,
            Seconds = Math.Round(seconds, 2),
            Operations = rows,
            AchievedPerSecond = Math.Round(operations.Sum(row => row.AchievedPerSecond), 1),
            ErrorCount = rows.Values.Sum(row => row.ErrorCount),
            Processes = servers,
            CpuMsPerOperation = servers.Count == 0 || answered == 0 ? null : Math.Round(1_000 * servers.Sum(server => server.CpuSeconds) / answered, 3),
            Generator = new GeneratorUsage { Process = own, LagP50Ms = lag.P50Ms, LagP99Ms = lag.P99Ms, LagMaxMs = lag.MaxMs, Warning = Warning(lag, own, servers) },
            StoreCalls = calls,
            Interrupted = interrupted,
        };
    }

    private static string? Warning(LatencySummary lag, ProcessUsage? own, IReadOnlyList<ProcessUsage> servers)
    {
        const double LateMs = 5;
        var all = 100.0 * Environment.ProcessorCount;
        var used = (own?.CpuPercent ?? 0) + servers.Sum(server => server.CpuPercent);
        return lag.P99Ms > LateMs ? $"the generator was late (p99 {lag.P99Ms:F1} ms): latencies above are partly its own; use a lower rate or another machine"
            : own?.CpuPercent > 0.7 * all ? $"the generator used {own.CpuPercent:F0} % of {all:F0} % CPU: it was the bottleneck"
            : used > 0.9 * all ? $"generator and server shared {used:F0} % of {all:F0} % CPU: the machine was the bottleneck"
            : null;
    }
}
