namespace Recsys.Serving.Lists;

/// <summary>How much each source counts in a list: 1 as it was learned, 0 switched off. Immutable.</summary>
internal sealed class SourceWeights
{
    private readonly float[] _weights;

    private SourceWeights(float[] weights) => _weights = weights;

    /// <summary>Every source as it was learned.</summary>
    public static SourceWeights Default { get; } = new([.. Enumerable.Repeat(1f, CandidateSources.All.Count + 1)]);

    /// <summary>As something else has them.</summary>
    public static SourceWeights Of(Func<CandidateSource, double> weightOf)
    {
        var weights = new float[CandidateSources.All.Count + 1];
        foreach (var source in CandidateSources.All) weights[(int)source] = (float)weightOf(source);
        return new(weights);
    }

    /// <summary>A source's weight, 0 or more.</summary>
    public float this[CandidateSource source] => _weights[(int)source];

    /// <summary>Whether a source is on.</summary>
    public bool IsOn(CandidateSource source) => _weights[(int)source] > 0;

    /// <summary>The same but for one source.</summary>
    public SourceWeights With(CandidateSource source, float weight)
    {
        var weights = (float[])_weights.Clone();
        weights[(int)source] = weight;
        return new(weights);
    }

    /// <summary>These sources alone, as they were learned.</summary>
    public static SourceWeights Only(params ReadOnlySpan<CandidateSource> sources)
    {
        var weights = new float[CandidateSources.All.Count + 1];
        foreach (var source in sources) weights[(int)source] = 1;
        return new(weights);
    }
}
