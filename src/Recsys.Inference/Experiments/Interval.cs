namespace Recsys.Inference.Experiments;

/// <summary>A 95 % confidence interval: of experiments without end, 95 of 100 such intervals hold the true value.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Whether the value lies inside.</summary>
    public bool Holds(double value) => value >= Low && value <= High;
}
