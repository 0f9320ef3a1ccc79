namespace Recsys.Content.Preprocessing;

/// <summary>How numbers are scaled, by the training part.</summary>
public enum NumberScaling
{
    /// <summary>To mean 0 and standard deviation 1.</summary>
    Standard,

    /// <summary>To 0 at the least and 1 at the most.</summary>
    MinMax,

    /// <summary>As <see cref="Standard"/>, after sign(x) log(1 + |x|).</summary>
    Logarithm,

    /// <summary>Not at all.</summary>
    None,
}
