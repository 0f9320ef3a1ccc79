using Recsys.Training.Backpropagation;
using static TorchSharp.torch;

namespace Recsys.TrainingTests.Oracle;

/// <summary>The masks of a packed batch for the same windows, in the same order, padded. A locked mask drops a feature for all steps of a window.</summary>
internal sealed class TorchDropout
{
    public TorchDropout(DropoutMasks masks, PackedBatch packed, PaddedBatch padded)
    {
        Inputs = Mask(masks.Inputs, padded.Rows);
        Hidden = Array.ConvertAll(masks.Hidden, mask => Mask(mask, padded.Rows));
        FeedForward = Array.ConvertAll(masks.FeedForward, mask => Mask(mask, padded.Rows));
        RequestGaps = Array.ConvertAll(masks.RequestGaps, gap => (long)gap);
        var kept = new float[padded.Items.Length];
        Array.Fill(kept, 1);
        for (var row = 0; row < packed.Rows; row++)
        {
            var window = packed.WindowOf[row];
            var step = Array.FindLastIndex(packed.Starts, start => start <= row);
            if (masks.HiddenItems?[row] == true)
                kept[(window * padded.Length) + step] = 0;
        }
        KeptItems = tensor(kept).unsqueeze(1);
    }

    /// <summary>[B, E] of the embedded inputs.</summary>
    public Tensor Inputs { get; }

    /// <summary>A block: [B, H] of the LSTM's outputs.</summary>
    public Tensor[] Hidden { get; }

    /// <summary>A block: [B, E] of the feed-forward part's outputs.</summary>
    public Tensor[] FeedForward { get; }

    /// <summary>[B L, 1]: 0 where the item is hidden.</summary>
    public Tensor KeptItems { get; }

    /// <summary>Of each target, some made unknown.</summary>
    public long[] RequestGaps { get; }

    /// <summary>Drops features of x [B, L, F].</summary>
    public static Tensor Locked(Tensor x, Tensor? mask) => mask is null ? x : x * mask.unsqueeze(1).to_type(x.dtype);

    /// <summary>Drops features of x [T, F], a row for each of the batch's positions.</summary>
    public static Tensor Locked(Tensor x, Tensor? mask, PaddedBatch batch) =>
        mask is null ? x : x * mask.index_select(0, tensor(Array.ConvertAll(batch.Positions, position => position / batch.Length))).to_type(x.dtype);

    private static Tensor Mask(float[] values, int windows) => tensor(values, windows, values.Length / windows);
}
