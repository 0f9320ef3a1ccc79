using Recsys.Inference;
using Recsys.Training.Session;

namespace Recsys.Training.Backpropagation;

/// <summary>
/// What is dropped in one step. A locked mask (Gal and Ghahramani 2016) drops a feature for a whole window at once: it regularises recurrent networks better and needs a
/// hundredth of the random numbers. An empty mask drops nothing.
/// </summary>
internal sealed class DropoutMasks
{
    /// <summary>(windows, E): of the embedded inputs.</summary>
    public required float[] Inputs { get; init; }

    /// <summary>A block: (windows, H) of the LSTM's outputs.</summary>
    public required float[][] Hidden { get; init; }

    /// <summary>A block: (windows, E) of the feed-forward part's outputs.</summary>
    public required float[][] FeedForward { get; init; }

    /// <summary>Rows whose item is hidden; the others are not scaled up: the network sees them as they are when it serves. Null: none.</summary>
    public required bool[]? HiddenItems { get; init; }

    /// <summary>The batch's request gaps, of which some are made unknown.</summary>
    public required byte[] RequestGaps { get; init; }

    /// <summary>Draws them.</summary>
    /// <param name="settings">Chances and sizes.</param>
    /// <param name="batch">For what.</param>
    /// <param name="random">Draws; null: nothing is dropped, as when ranking.</param>
    public static DropoutMasks Draw(TrainingSettings settings, PackedBatch batch, Random? random)
    {
        var (sizes, windows) = (settings.Network, batch.Windows);
        return new DropoutMasks
        {
            HiddenItems = random is null || settings.ItemDropout == 0 ? null : Array.ConvertAll(batch.Items, _ => random.NextDouble() < settings.ItemDropout),
            Inputs = Locked(windows * sizes.EmbeddingSize, settings.InputDropout, random),
            Hidden = [.. Enumerable.Range(0, sizes.Blocks).Select(_ => Locked(windows * sizes.HiddenSize, settings.BlockDropout, random))],
            FeedForward = [.. Enumerable.Range(0, sizes.Blocks).Select(_ => Locked(windows * sizes.EmbeddingSize, settings.BlockDropout, random))],
            RequestGaps = random is null || settings.RequestGapDropout == 0 || !sizes.TimeGaps
                ? batch.RequestGaps
                : Array.ConvertAll(batch.RequestGaps, gap => random.NextDouble() < settings.RequestGapDropout ? TimeGap.Unknown : gap),
        };
    }

    private static float[] Locked(int length, double chance, Random? random)
    {
        if (random is null || chance == 0)
            return [];
        var mask = new float[length];
        var kept = (float)(1 / (1 - chance));
        for (var i = 0; i < length; i++)
            mask[i] = random.NextDouble() < chance ? 0 : kept;
        return mask;
    }
}
