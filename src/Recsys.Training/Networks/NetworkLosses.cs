using System.Runtime.InteropServices;
using Recsys.Content.Networks;
using static TorchSharp.torch;

namespace Recsys.Training.Networks;

/// <summary>What a training makes small: a mean over the batch, summed over outputs.</summary>
internal static class NetworkLosses
{
    /// <summary>The value of a loss, without a Scalar (see NetworkGraph.One).</summary>
    public static float Value(Tensor loss) => MemoryMarshal.Cast<byte, float>(loss.bytes)[0];

    /// <summary>The loss of logits (B, O) on a batch.</summary>
    public static Tensor Of(NetworkSettings settings, Tensor logits, NetworkBatch batch)
    {
        var (rows, outputs) = (batch.Rows, (int)logits.shape[1]);
        // As a tensor: see NetworkGraph.One.
        var share = tensor([1f / rows]);
        var isCrossEntropy = settings.LossOrDefault == NetworkLoss.CrossEntropy;
        switch (settings.Task)
        {
            case NetworkTask.Classes when isCrossEntropy:
                return nn.functional.cross_entropy(logits, tensor(batch.Classes));
            case NetworkTask.Classes:
                var ones = nn.functional.one_hot(tensor(batch.Classes), outputs).to_type(ScalarType.Float32);
                return (nn.functional.softmax(logits, 1) - ones).square().sum() * share;
            case NetworkTask.Labels when isCrossEntropy:
                return nn.functional.binary_cross_entropy_with_logits(logits, tensor(batch.Targets, rows, outputs), reduction: nn.Reduction.Sum) * share;
            case NetworkTask.Labels:
                return (logits.sigmoid() - tensor(batch.Targets, rows, outputs)).square().sum() * share;
            default:
                return (logits - tensor(batch.Targets, rows, 1)).square().sum() * share;
        }
    }
}
