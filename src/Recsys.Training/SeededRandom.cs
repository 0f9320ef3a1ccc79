namespace Recsys.Training;

/// <summary>Every random number of a training comes from here and not from libtorch, so that a seed means the same with any version of it.</summary>
internal static class SeededRandom
{
    /// <summary>A generator for a seed; <paramref name="stream"/> keeps uses apart, so that drawing more for one doesn't change another.</summary>
    public static Random Create(long seed, int stream)
    {
        // SplitMix64's finaliser: neighbouring seeds give unrelated generators.
        var z = unchecked((ulong)seed + 0x9E3779B97F4A7C15UL * (ulong)(stream + 1));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return new Random((int)((z ^ (z >> 31)) & int.MaxValue));
    }

    /// <summary>A generator for an epoch, so that one that is resumed draws the same numbers as one that was never interrupted.</summary>
    public static Random Create(long seed, int stream, int epoch) => Create(unchecked(seed + (epoch * 0x2545F4914F6CDD1DL)), stream);

    /// <summary>A normally distributed number (Box and Muller).</summary>
    public static float NextNormal(this Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
