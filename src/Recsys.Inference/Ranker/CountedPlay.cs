namespace Recsys.Inference.Ranker;

/// <summary>
/// When a user's plays of one item moved what is trending. So that no one user makes a trend, plays of the same user and item within a half-life count once; and once within the longer
/// half-life of the counts that last.
/// </summary>
/// <param name="Counted">Of the counts.</param>
/// <param name="Lasting">Of those that last.</param>
public readonly record struct CountedPlay(CountedSpan Counted, CountedSpan Lasting)
{
    /// <summary>There was no play yet.</summary>
    public static CountedPlay None => new(CountedSpan.None, CountedSpan.None);

    /// <summary>What a play moves, and what is known after it.</summary>
    /// <param name="timeMs">When it was, Unix ms; it may be before what is known.</param>
    /// <param name="halfLifeMs">Of the counts; those that last have <see cref="SourceModels.LastingFactor"/> times as long a one.</param>
    public (CountedPlay Next, bool Counts, bool Lasts) Play(long timeMs, double halfLifeMs)
    {
        var (counted, counts) = Counted.Play(timeMs, halfLifeMs);
        var (lasting, lasts) = Lasting.Play(timeMs, SourceModels.LastingFactor * halfLifeMs);
        return (new(counted, lasting), counts, lasts);
    }

    /// <summary>What is known when two users turn out to be one.</summary>
    public CountedPlay With(CountedPlay other) => new(Counted.With(other.Counted), Lasting.With(other.Lasting));
}
