namespace Recsys.Training.Networks;

/// <summary>
/// What is dropped in a training: of each value its share, drawn independently, and what is kept made larger by as much (Srivastava et al. 2014).
/// </summary>
/// <param name="share">0 to 0.9.</param>
/// <param name="random">Where the draws begin.</param>
internal sealed class DropoutSource(float share, Random random)
{
    private const int Draws = 1 << 16;

    // SplitMix64 (Steele et al. 2014): four draws of 16 bits a number, where Random would take most of a step's time.
    private ulong _state = (ulong)random.NextInt64();

    /// <summary>A factor for each of some values.</summary>
    public float[] Next(int count)
    {
        var factors = new float[count];
        var (least, kept, bits) = ((uint)(share * Draws), 1 / (1 - share), 0UL);
        for (var i = 0; i < count; i++)
        {
            bits = i % 4 == 0 ? Draw() : bits >> 16;
            factors[i] = (bits & (Draws - 1)) < least ? 0 : kept;
        }
        return factors;
    }

    private ulong Draw()
    {
        var z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
