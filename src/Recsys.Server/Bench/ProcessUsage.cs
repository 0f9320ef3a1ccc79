namespace Recsys.Server.Bench;

/// <summary>What a process used from when measuring began to the last answer.</summary>
internal sealed record ProcessUsage
{
    public required int ProcessId { get; init; }

    /// <summary>User and system time.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>Of one core: two busy cores are 200.</summary>
    public required double CpuPercent { get; init; }

    /// <summary>Resident set, MiB.</summary>
    public required double MemoryPeakMb { get; init; }

    /// <summary>Resident set, MiB.</summary>
    public required double MemoryMeanMb { get; init; }
}
