namespace Recsys.Inference.Ranker;

/// <summary>
/// The time from the oldest to the newest play that counted, of one user and item. All in between is covered, so that plays that come late or in any order count no more often than in the order
/// of time.
/// </summary>
/// <param name="OldestMs">Unix ms.</param>
/// <param name="NewestMs">Unix ms.</param>
public readonly record struct CountedSpan(long OldestMs, long NewestMs)
{
    /// <summary>Nothing counted yet.</summary>
    public static CountedSpan None => new(long.MaxValue / 2, long.MinValue / 2);

    /// <summary>Whether a play counts, and the span after it.</summary>
    /// <param name="timeMs">When it was, Unix ms.</param>
    /// <param name="apartMs">Plays that count are at least so far apart.</param>
    public (CountedSpan Next, bool Counts) Play(long timeMs, double apartMs)
    {
        var counts = timeMs - NewestMs >= apartMs || OldestMs - timeMs >= apartMs;
        return (counts ? With(new(timeMs, timeMs)) : this, counts);
    }

    /// <summary>The span that covers both.</summary>
    public CountedSpan With(CountedSpan other) => new(Math.Min(OldestMs, other.OldestMs), Math.Max(NewestMs, other.NewestMs));
}
