namespace Recsys.Inference.Rules;

/// <summary>
/// How item-to-item rules are fitted and used. <see cref="RulesPreset.Choose"/> gives values that suit a data set's shape; those here are for sequences
/// in order, without times.
/// </summary>
public sealed record RulesOptions
{
    /// <summary>
    /// How many bytes the two item-by-item matrices of the closed form may take, 8 N^2: 1.5 GiB by default, enough for 14,189 items. Where there are more items
    /// the rules are counted instead (<see cref="Shrinkage"/>), in memory that grows with what is kept. 0 to always count.
    /// </summary>
    public long MaxDenseBytes { get; init; } = 3L << 29;

    /// <summary>Newest interactions of each sequence that are learned from, at least 2; older ones are dropped. Time grows with the square of it where nothing decays.</summary>
    public int MaxHistory { get; init; } = 1000;

    /// <summary>Weight of an interaction of the past relative to the next newer one, 0 to 1, when fitting.</summary>
    public float PastDecay { get; init; } = 0.8f;

    /// <summary>Weight of an interaction of the future relative to the next older one, 0 to below 1, when fitting; 0 learns the very next one only (TALE's single target).</summary>
    public float FutureDecay { get; init; }

    /// <summary>Share alpha of the item-consistency part (SLIS, EASE: items of one sequence in any order) against that of past to future (SLIT), 0 to 1.</summary>
    public float Consistency { get; init; }

    /// <summary>Ridge lambda, added to the diagonal of the closed form, above 0.</summary>
    public float Ridge { get; init; } = 100;

    /// <summary>Ridge in shares of each item's own diagonal, at least 0: holds frequent items as short as rare ones.</summary>
    public float RelativeRidge { get; init; }

    /// <summary>The most that an item may say for itself: 0 where nothing repeats, infinite where repeats are as good as anything (SLIST's xi).</summary>
    public float SelfWeight { get; init; }

    /// <summary>Divides each target's weights by its number of interactions to this power, 0 to 1: 0 keeps expectations, more favours rare items.</summary>
    public float PopularityPower { get; init; }

    /// <summary>Counted rules: weight(i, j) = n(i, j) / (n(i) + this); keeps chance pairs of rare items low. At least 0.</summary>
    public float Shrinkage { get; init; } = 10;

    /// <summary>Counted rules: how much "j before i" counts beside "i before j", 0 to 1.</summary>
    public float BackwardShare { get; init; } = 0.3f;

    /// <summary>Time after which an interaction has lost 1 - 1/e of what time can take, ms; 0 where times are unknown or of no use.</summary>
    public double TimeScaleMs { get; init; }

    /// <summary>What time cannot take, 0 to 1: weight = floor + (1 - floor) exp(-gap / scale).</summary>
    public float TimeFloor { get; init; } = 0.2f;

    /// <summary>Sequences that end this long before the newest one count 1/e, ms; 0 to count all alike (SLIST's session recency).</summary>
    public double RecencyScaleMs { get; init; }

    /// <summary>Targets kept for each source, at least 1: those with the largest positive weights.</summary>
    public int Targets { get; init; } = 300;

    /// <summary>Weight of an interaction of the history relative to the next newer one, 0 to 1, when scoring.</summary>
    public float Decay { get; init; } = 0.8f;

    /// <summary>Newest interactions of a history that are scored with, at least 1.</summary>
    public int Window { get; init; } = 50;

    /// <summary>Throws where a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The message names the setting.</exception>
    internal void Check()
    {
        Range(PastDecay, 0, 1, nameof(PastDecay));
        Range(FutureDecay, 0, 0.999f, nameof(FutureDecay));
        Range(Consistency, 0, 1, nameof(Consistency));
        Range(Ridge, float.Epsilon, float.MaxValue, nameof(Ridge));
        Range(RelativeRidge, 0, float.MaxValue, nameof(RelativeRidge));
        Range(SelfWeight, 0, float.PositiveInfinity, nameof(SelfWeight));
        Range(PopularityPower, 0, 1, nameof(PopularityPower));
        Range(Shrinkage, 0, float.MaxValue, nameof(Shrinkage));
        Range(BackwardShare, 0, 1, nameof(BackwardShare));
        Range((float)TimeScaleMs, 0, float.MaxValue, nameof(TimeScaleMs));
        Range((float)RecencyScaleMs, 0, float.MaxValue, nameof(RecencyScaleMs));
        Range(TimeFloor, 0, 1, nameof(TimeFloor));
        Range(Decay, 0, 1, nameof(Decay));
        Range(Targets, 1, int.MaxValue, nameof(Targets));
        Range(Window, 1, int.MaxValue, nameof(Window));
        Range(MaxHistory, 2, int.MaxValue, nameof(MaxHistory));
    }

    private static void Range(float value, float least, float most, string name)
    {
        if (!(value >= least && value <= most)) throw new ArgumentOutOfRangeException(name, value, $"Expected {least} to {most}.");
    }
}
