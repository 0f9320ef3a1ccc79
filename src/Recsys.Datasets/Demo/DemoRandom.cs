using System.Numerics;

namespace Recsys.Datasets.Demo;

/// <summary>
/// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), seeded by SplitMix64. Our own, because the world must be the
/// same
/// byte for byte on every machine and .NET version; the simulation uses only + - * / on its doubles for the same reason (IEEE 754 fixes those, not Log and
/// Pow).
/// </summary>
internal sealed class DemoRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>A stream of its own for each pair of seed and stream number.</summary>
    public DemoRandom(ulong seed, ulong stream)
    {
        var state = seed ^ (stream * 0xD1342543DE82EF95);
        _a = SplitMix(ref state);
        _b = SplitMix(ref state);
        _c = SplitMix(ref state);
        _d = SplitMix(ref state);
    }

    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>From 0 to below 1, in steps of 2^-53.</summary>
    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From <paramref name="min"/> to below <paramref name="max"/>.</summary>
    public int Next(int min, int max) => min + (int)(Next() * (max - min));

    /// <summary>From <paramref name="min"/> to below <paramref name="max"/>.</summary>
    public double Between(double min, double max) => min + Next() * (max - min);

    public bool Chance(double probability) => Next() < probability;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Next(0, choices.Count)];

    /// <summary>An index, with probability by weight; -1 if all weights are 0.</summary>
    public int PickWeighted(ReadOnlySpan<double> weights)
    {
        var sum = 0.0;
        foreach (var weight in weights)
            sum += weight;
        if (sum <= 0)
            return -1;
        var left = Next() * sum;
        var last = -1;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] <= 0)
                continue;
            last = i;
            left -= weights[i];
            if (left < 0)
                break;
        }

        return last;
    }

    /// <summary>Fisher-Yates.</summary>
    public void Shuffle<T>(IList<T> list)
    {
        for (var i = list.Count - 1; i > 0; i--)
        {
            var other = Next(0, i + 1);
            (list[i], list[other]) = (list[other], list[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
