namespace Recsys.Training.Backpropagation;

/// <summary>Draws items by popularity: with chances in proportion to (count + 1)^power.</summary>
internal sealed class ItemSampler
{
    /// <summary>Between popularity and evenness (Mikolov et al. 2013).</summary>
    public const double DefaultPower = 0.75;

    private readonly double[] _sums;

    /// <param name="counts">How often each item is a target of the training.</param>
    /// <param name="power">0: evenly.</param>
    public ItemSampler(ReadOnlySpan<int> counts, double power = DefaultPower)
    {
        _sums = new double[counts.Length];
        double sum = 0;
        for (var item = 0; item < counts.Length; item++)
            _sums[item] = sum += Math.Pow(counts[item] + 1, power);
    }

    /// <summary>The chance that one draw gives an item.</summary>
    public double Chance(int item) => (_sums[item] - (item == 0 ? 0 : _sums[item - 1])) / _sums[^1];

    /// <summary>Draws one.</summary>
    public int Draw(Random random)
    {
        var at = Array.BinarySearch(_sums, random.NextDouble() * _sums[^1]);
        return Math.Min(at < 0 ? ~at : at + 1, _sums.Length - 1);
    }
}
