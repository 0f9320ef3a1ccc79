namespace Recsys.Datasets.Demo;

/// <summary>How large a drifting world is to be.</summary>
public sealed record DriftWorldOptions
{
    /// <summary>When the history begins; midnight UTC.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>The same seed and sizes give the same world. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>20 to 10,000 users. Default: 600.</summary>
    public int Users { get; init; } = 600;

    /// <summary>Days before the first visit, whose plays are there already, 14 to 365. Default: 30.</summary>
    public int HistoryDays { get; init; } = 30;

    /// <summary>Days of visits, 1 to 365. Default: 30.</summary>
    public int Days { get; init; } = 30;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Users, 20);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Users, 10_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(HistoryDays, 14);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(HistoryDays, 365);
        ArgumentOutOfRangeException.ThrowIfLessThan(Days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Days, 365);
        ArgumentOutOfRangeException.ThrowIfNotEqual(StartTime.ToUnixTimeSeconds() % 86_400, 0);
    }
}
