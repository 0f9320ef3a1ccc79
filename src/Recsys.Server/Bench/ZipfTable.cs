namespace Recsys.Server.Bench;

/// <summary>Draws 0 to count - 1, n in proportion to 1 / (n + 1) to the power of the exponent.</summary>
internal sealed class ZipfTable
{
    private readonly double[] _upTo;

    public ZipfTable(int count, double exponent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _upTo = new double[count];
        double sum = 0;
        for (var n = 0; n < count; n++) _upTo[n] = sum += Math.Pow(n + 1, -exponent);
    }

    /// <summary>The next one.</summary>
    public int Next(Random random)
    {
        var found = Array.BinarySearch(_upTo, random.NextDouble() * _upTo[^1]);
        return Math.Min(found < 0 ? ~found : found + 1, _upTo.Length - 1);
    }
}
