namespace Recsys.Inference.Ranker;

/// <summary>
/// When a user's plays of one item last moved what is trending. So that no one user makes a trend, plays of the same user and item within a half-life count once; and once within the longer
/// half-life of the counts that last.
/// </summary>
/// <param name="CountedMs">Of the counts, Unix ms.</param>
/// <param name="LastingMs">Of those that last, Unix ms.</param>
public readonly record struct CountedPlay(long CountedMs, long LastingMs)
{
    /// <summary>There was no play yet.</summary>
    public static CountedPlay None => new(long.MinValue / 2, long.MinValue / 2);

    /// <summary>What a play moves, and what is known after it.</summary>
    /// <param name="timeMs">When it was, Unix ms.</param>
    /// <param name="halfLifeMs">Of the counts; those that last have <see cref="SourceModels.LastingFactor"/> times as long a one.</param>
    public (CountedPlay Next, bool Counts, bool Lasts) Play(long timeMs, double halfLifeMs)
    {
        var counts = Math.Abs(timeMs - CountedMs) >= halfLifeMs;
        var lasts = Math.Abs(timeMs - LastingMs) >= SourceModels.LastingFactor * halfLifeMs;
        return (new(counts ? Math.Max(CountedMs, timeMs) : CountedMs, lasts ? Math.Max(LastingMs, timeMs) : LastingMs), counts, lasts);
    }
}
