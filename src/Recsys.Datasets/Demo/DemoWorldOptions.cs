namespace Recsys.Datasets.Demo;

/// <summary>How large a demo world is to be.</summary>
public sealed record DemoWorldOptions
{
    /// <summary>When the world ends: no event is later, the newest are a little before. Whole seconds; 1970 plus <see cref="Days"/> or later.</summary>
    public required DateTimeOffset EndTime { get; init; }

    /// <summary>The same seed, sizes and end give the same world, byte for byte, on any machine. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>1 to 100,000 users. Default: 2,500.</summary>
    public int Users { get; init; } = 2_500;

    /// <summary>14 to 365 days of events. Default: 60.</summary>
    public int Days { get; init; } = 60;

    /// <summary>Plays of the average user, 4 to 200. Default: 20.</summary>
    public int PlaysPerUser { get; init; } = 20;

    /// <summary>At most so many events, heart-beats included; where they'd be more, more sessions report whole plays instead of start, heart-beats and
    /// stop. At least twice
    /// <see cref="Users"/> times <see cref="PlaysPerUser"/>. Default: 120,000.</summary>
    public int MaxEvents { get; init; } = 120_000;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Users, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Users, 100_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(Days, 14);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Days, 365);
        ArgumentOutOfRangeException.ThrowIfLessThan(PlaysPerUser, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PlaysPerUser, 200);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxEvents, 2L * Users * PlaysPerUser);
        ArgumentOutOfRangeException.ThrowIfLessThan(EndTime, DateTimeOffset.UnixEpoch.AddDays(Days));
    }
}
