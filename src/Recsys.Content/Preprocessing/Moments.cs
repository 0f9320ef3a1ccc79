namespace Recsys.Content.Preprocessing;

/// <summary>Mean and deviation of values seen one by one (Welford 1962).</summary>
internal sealed class Moments
{
    private double _squares;

    internal long Count { get; private set; }

    internal double Mean { get; private set; }

    /// <summary>Standard deviation of all values seen; 1 where they were all (nearly) the same: then nothing is to be scaled.</summary>
    internal double DeviationOrOne
    {
        get
        {
            var deviation = Count > 0 ? Math.Sqrt(_squares / Count) : 0;
            return deviation > 1e-12 * Math.Max(1e-12, Math.Abs(Mean)) && double.IsFinite(deviation) ? deviation : 1;
        }
    }

    internal void Add(double value)
    {
        Count++;
        var difference = value - Mean;
        Mean += difference / Count;
        _squares += difference * (value - Mean);
    }
}
