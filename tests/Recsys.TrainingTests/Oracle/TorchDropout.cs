using static TorchSharp.torch;

namespace Recsys.TrainingTests.Oracle;

/// <summary>
/// Dropout with masks of our own. A locked mask (Gal and Ghahramani 2016) drops a feature for a whole window at once: it regularises recurrent networks
/// better and needs a hundredth of the random numbers.
/// </summary>
internal static class TorchDropout
{
    /// <summary>Drops features of x [B, L, F], each for all L of a window. No mask without a generator or chance.</summary>
    public static Tensor Locked(Tensor x, Random? random, double chance) =>
        random is null || chance == 0 ? x : x * Mask(random, chance, x.shape[0], 1, x.shape[2]).to_type(x.dtype);

    /// <summary>Drops features of x [T, F], alike for all T of a user's window.</summary>
    public static Tensor Locked(Tensor x, Random? random, double chance, PaddedBatch batch)
    {
        if (random is null || chance == 0)
            return x;
        var rows = new long[batch.Positions.Length];
        for (var t = 0; t < rows.Length; t++)
            rows[t] = batch.Positions[t] / batch.Length;
        return x * Mask(random, chance, batch.Rows, x.shape[1]).index_select(0, tensor(rows)).to_type(x.dtype);
    }

    /// <summary>Hides whole rows of x [T, F]. The others are not scaled up: the network sees them as they are when it serves.</summary>
    public static Tensor WholeItems(Tensor x, Random? random, double chance)
    {
        if (random is null || chance == 0)
            return x;
        var mask = new float[x.shape[0]];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = random.NextDouble() < chance ? 0 : 1;
        return x * tensor(mask).unsqueeze(1);
    }

    /// <summary>Buckets of which some are made unknown (0).</summary>
    public static long[] Unknown(long[] buckets, Random? random, double chance) =>
        random is null || chance == 0 ? buckets : Array.ConvertAll(buckets, bucket => random.NextDouble() < chance ? 0 : bucket);

    private static Tensor Mask(Random random, double chance, params long[] shape)
    {
        var mask = new float[shape.Aggregate(1L, (product, size) => product * size)];
        var kept = (float)(1 / (1 - chance));
        for (var i = 0; i < mask.Length; i++)
            mask[i] = random.NextDouble() < chance ? 0 : kept;
        return tensor(mask, shape);
    }
}
