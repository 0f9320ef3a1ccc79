using Recsys.Inference.Ranker;

namespace Recsys.Training.Ranker;

/// <summary>A ranker's parameters in one array: the straight way (F), then, where there are hidden layers, (H1, F), (H1), (H2, H1), (H2), (H2).</summary>
internal sealed class RankerParameters
{
    public const int Linear = 0, F = RankerTable.FeatureCount, H1 = 32, H2 = 16;
    public const int Hidden = F, HiddenBias = Hidden + (H1 * F), Middle = HiddenBias + H1, MiddleBias = Middle + (H2 * H1), Output = MiddleBias + H2, Count = Output + H2;

    private readonly float[] _start;

    /// <param name="deep">Whether there are hidden layers.</param>
    /// <param name="session">The straight way's first weight of what the session source says; all others are 0.</param>
    /// <param name="random">Draws the layers' first weights; the output's are 0, so that the layers say nothing at first.</param>
    public RankerParameters(bool deep, float session, Random random)
    {
        Values = new float[deep ? Count : F];
        Values[Linear] = session;
        _start = [.. Values];
        if (!deep)
            return;
        for (var i = Hidden; i < HiddenBias; i++)
            Values[i] = random.NextNormal() / MathF.Sqrt(F);
        for (var i = Middle; i < MiddleBias; i++)
            Values[i] = random.NextNormal() / MathF.Sqrt(H1);
    }

    public float[] Values { get; }

    /// <summary>gradient += decay x (value - what is known before any case is seen): the session source's own order, and layers that say nothing.</summary>
    public void AddDecay(float[] gradient, float decay)
    {
        for (var i = 0; i < Values.Length; i++)
            gradient[i] += decay * (Values[i] - _start[i]);
    }

    /// <summary>A source's score and its rank count for a candidate or not at all.</summary>
    public void KeepSourcesPositive()
    {
        for (var i = 0; i < 2 * SourceScores.Count; i++)
            Values[i] = Math.Max(0, Values[i]);
        foreach (var feature in (ReadOnlySpan<RankerFeature>)[RankerFeature.WatchedNext, RankerFeature.Trending])
            Values[(int)feature] = Math.Max(0, Values[(int)feature]);
    }

    public RankerWeights ToWeights(float[] mean, float[] scale) => Values.Length == F
        ? new(mean, scale, [.. Values], new float[H1 * F], new float[H1], new float[H2 * H1], new float[H2], new float[H2])
        : new(mean, scale, Values[..F], Values[Hidden..HiddenBias], Values[HiddenBias..Middle], Values[Middle..MiddleBias], Values[MiddleBias..Output], Values[Output..]);
}
