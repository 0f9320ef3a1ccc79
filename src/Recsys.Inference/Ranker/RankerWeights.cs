namespace Recsys.Inference.Ranker;

/// <summary>The values of a ranker, F features, H1 and H2 hidden units.</summary>
/// <param name="Mean">(F) subtracted from each feature.</param>
/// <param name="Scale">(F) multiplied after that; 0 where a feature never varied.</param>
/// <param name="Linear">(F) the straight way to the logit.</param>
/// <param name="Hidden">(H1, F).</param>
/// <param name="HiddenBias">(H1).</param>
/// <param name="Middle">(H2, H1).</param>
/// <param name="MiddleBias">(H2).</param>
/// <param name="Output">(H2).</param>
public sealed record RankerWeights(float[] Mean, float[] Scale, float[] Linear, float[] Hidden, float[] HiddenBias, float[] Middle, float[] MiddleBias, float[] Output)
{
    /// <summary>Features, F.</summary>
    public int Features => Mean.Length;

    /// <summary>Whether there is anything but the straight way.</summary>
    public bool IsDeep => Output.Any(value => value != 0);

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Problem()
    {
        var (f, h1, h2) = (Mean.Length, HiddenBias.Length, MiddleBias.Length);
        if (f > RankerTable.FeatureCount) return $"the ranker has {f} features, expected at most {RankerTable.FeatureCount}";
        if (Scale.Length != f || Linear.Length != f || Hidden.Length != h1 * f || Middle.Length != h2 * h1 || Output.Length != h2) return "the ranker's tensors don't fit each other";
        foreach (var values in (float[][])[Mean, Scale, Linear, Hidden, HiddenBias, Middle, MiddleBias, Output])
        {
            if (values.Any(value => !float.IsFinite(value))) return "the ranker holds values that are not finite";
        }

        return null;
    }
}
