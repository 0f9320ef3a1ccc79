using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Recsys.Training.Session;

/// <summary>
/// Cross-entropy of a softmax over all items with its gradient written out, some targets at a time, so that the full logits never exist:
/// p = softmax(h W' + b); the gradient of the logits is p - 1 at the target; then dh = p W, dW += p' h, db += column sums of p.
/// </summary>
internal static class ChunkedSoftmax
{
    /// <summary>Targets at a time: big enough for the matrix products, small enough for the caches.</summary>
    private const int ChunkLength = 1024;

    /// <summary>Computes the loss and its gradients.</summary>
    /// <param name="outputs">[T, E] float32.</param>
    /// <param name="embedding">[N, E] float32.</param>
    /// <param name="bias">[N] float32.</param>
    /// <param name="targets">Dense items, [T].</param>
    /// <param name="divisor">What loss and gradients are divided by: the targets of the whole batch, of which these may be a share.</param>
    /// <param name="masked">For each target the items to leave out of its softmax (the target itself always stays), or null to leave none out.</param>
    /// <param name="bfloat16">Whether the matrix products are in bfloat16.</param>
    public static SoftmaxGradients Compute(Tensor outputs, Tensor embedding, Tensor bias, int[] targets, int divisor, Func<int, int[]>? masked, bool bfloat16)
    {
        using var noGrad = no_grad();
        var type = bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var h = outputs.detach().to_type(type);
        var w = embedding.detach().to_type(type);
        var b = bias.detach().to_type(type);
        var wt = w.t();
        var count = targets.Length;
        var dH = new List<Tensor>();
        var dW = zeros(embedding.shape);
        var dB = zeros(bias.shape);
        double loss = 0;
        for (var first = 0; first < count; first += ChunkLength)
        {
            using var scope = NewDisposeScope();
            var length = Math.Min(ChunkLength, count - first);
            var hc = h.narrow(0, first, length);
            var logits = addmm(b, hc, wt, 1, 1);                                      // (chunk, N)
            if (masked is not null)
                Mask(logits, targets, masked, first);
            var p = nn.functional.softmax(logits, 1);
            loss += SubtractTargets(p, targets.AsSpan(first, length));
            dH.Add(p.mm(w).to_type(ScalarType.Float32).MoveToOuterDisposeScope());
            dW.add_(p.t().mm(hc).to_type(ScalarType.Float32));
            dB.add_(ones(1, length, type).mm(p).squeeze(0).to_type(ScalarType.Float32));
        }
        return new SoftmaxGradients(loss / divisor, cat(dH, 0).div_(divisor), dW.div_(divisor), dB.div_(divisor));
    }

    /// <summary>Sets the logits of left-out items so low that their probability is zero, and so is their gradient.</summary>
    private static void Mask(Tensor logits, int[] targets, Func<int, int[]> masked, int first)
    {
        var items = (int)logits.shape[1];
        var half = logits.dtype == ScalarType.BFloat16;
        var bytes = logits.bytes;
        for (var row = 0; row < logits.shape[0]; row++)
        {
            var target = targets[first + row];
            if (half)
                Exclude(MemoryMarshal.Cast<byte, ushort>(bytes).Slice(row * items, items), masked(first + row), target, BFloat16.FromSingle(-1e9f));
            else
                Exclude(MemoryMarshal.Cast<byte, float>(bytes).Slice(row * items, items), masked(first + row), target, -1e9f);
        }
    }

    private static void Exclude<T>(Span<T> logits, int[] items, int target, T low)
    {
        var kept = logits[target];
        foreach (var item in items)
            logits[item] = low;
        logits[target] = kept;
    }

    /// <summary>Turns probabilities into the gradient of the logits; returns the summed cross-entropy.</summary>
    private static double SubtractTargets(Tensor p, ReadOnlySpan<int> targets)
    {
        var items = (int)p.shape[1];
        double loss = 0;
        if (p.dtype == ScalarType.BFloat16)
        {
            var values = MemoryMarshal.Cast<byte, ushort>(p.bytes);
            for (var row = 0; row < targets.Length; row++)
            {
                ref var value = ref values[row * items + targets[row]];
                var probability = BFloat16.ToSingle(value);
                loss -= Math.Log(Math.Max(probability, float.Epsilon));
                value = BFloat16.FromSingle(probability - 1);
            }
            return loss;
        }
        var floats = MemoryMarshal.Cast<byte, float>(p.bytes);
        for (var row = 0; row < targets.Length; row++)
        {
            ref var value = ref floats[row * items + targets[row]];
            loss -= Math.Log(Math.Max(value, float.Epsilon));
            value -= 1;
        }
        return loss;
    }
}
