namespace Recsys.Server.Bench;

/// <summary>When operations are due, seconds from the start: fixed by kind, rate and seed, whatever becomes of the operations.</summary>
internal sealed class ArrivalSchedule
{
    private readonly ArrivalKind _kind;
    private readonly double _meanGap;
    private readonly Random _random;
    private long _count;
    private double _last;

    public ArrivalSchedule(ArrivalKind kind, double ratePerSecond, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ratePerSecond);
        _kind = kind;
        _meanGap = 1 / ratePerSecond;
        _random = new Random(seed);
    }

    /// <summary>The next one's time.</summary>
    public double Next()
    {
        _count++;

        // By multiplying, not adding: an hour of equal gaps must not drift.
        return _last = _kind == ArrivalKind.Constant ? _count * _meanGap : _last - (Math.Log(1 - _random.NextDouble()) * _meanGap);
    }
}
