namespace Recsys.Server.Commands.Drift;

/// <summary>A clock that stands where it was set; timestamps, by which durations are measured, are the machine's.</summary>
internal sealed class SimulatedTime : TimeProvider
{
    private long _nowMs;

    /// <summary>Sets it, Unix ms.</summary>
    public void Set(long nowMs) => Volatile.Write(ref _nowMs, nowMs);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Volatile.Read(ref _nowMs));
}
