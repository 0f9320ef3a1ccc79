namespace Recsys.Server.Evaluation;

/// <summary>Values to places of a drawing.</summary>
/// <param name="From">The lowest value.</param>
/// <param name="To">The highest value.</param>
/// <param name="Start">Where the lowest is drawn.</param>
/// <param name="End">Where the highest is drawn.</param>
internal readonly record struct Scale(double From, double To, double Start, double End)
{
    /// <summary>Where a value is drawn.</summary>
    public double this[double value] => To > From ? Start + ((value - From) / (To - From) * (End - Start)) : Start;

    /// <summary>Round values from the lowest to the highest, about so many.</summary>
    public IEnumerable<double> Ticks(int about)
    {
        if (!(To > From)) return [From];
        var raw = (To - From) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double[] factors = [1, 2, 5, 10];
        var step = factors.Select(factor => factor * power).First(candidate => candidate >= raw * 0.999);
        var first = (long)Math.Ceiling((From / step) - 1e-9);
        var last = (long)Math.Floor((To / step) + 1e-9);
        return Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step);
    }
}
