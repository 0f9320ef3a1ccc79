using Recsys.Inference.Kernels;

namespace Recsys.Training.Backpropagation;

/// <summary>Cross-entropy of a softmax and the gradient of its logits, a row at a time while the row is in the cache.</summary>
internal static class SoftmaxKernel
{
    /// <summary>Where a left-out item's logit goes: its probability becomes zero, and so does its gradient.</summary>
    private const float Never = -1e30f;

    /// <summary>
    /// Exponentials are lowered by this, to no less than zero: what is next to nothing beside the highest becomes nothing. Otherwise its gradient would be a denormal number, with which
    /// processors calculate a hundred times more slowly.
    /// </summary>
    private const float Negligible = 1e-10f;

    /// <summary>logits becomes (softmax(logits + bias) - 1 at the target) * factor.</summary>
    /// <param name="logits">(N), without bias.</param>
    /// <param name="bias">(N).</param>
    /// <param name="target">Its item.</param>
    /// <param name="leftOut">Items that don't take part, unless one is the target.</param>
    /// <param name="factor">What the gradient is multiplied by.</param>
    /// <param name="dBias">(N): gets the gradient added.</param>
    /// <returns>The cross-entropy, in nats.</returns>
    public static double Gradient(Span<float> logits, ReadOnlySpan<float> bias, int target, ReadOnlySpan<int> leftOut, float factor, Span<float> dBias)
    {
        var kept = logits[target];
        foreach (var item in leftOut)
            logits[item] = Never;
        logits[target] = kept;
        if (Sixteen.Wide) return Gradient<Lanes512>(logits, bias, target, kept + bias[target], factor, dBias);
        return Sixteen.Middle
            ? Gradient<Pair<Lanes256>>(logits, bias, target, kept + bias[target], factor, dBias)
            : Gradient<Pair<Pair<Lanes128>>>(logits, bias, target, kept + bias[target], factor, dBias);
    }

    private static double Gradient<T>(Span<float> logits, ReadOnlySpan<float> bias, int target, float kept, float factor, Span<float> dBias)
        where T : struct, ILanes<T>
    {
        bias = bias[..logits.Length];
        dBias = dBias[..logits.Length];
        var whole = logits.Length / Sixteen.Lanes * Sixteen.Lanes;
        var highest = AddBias<T>(logits, bias, whole);
        var minus = T.Broadcast(-highest);
        var sums = T.Broadcast(0f);
        var least = T.Broadcast(Negligible);
        for (var i = 0; i < whole; i += Sixteen.Lanes)
        {
            var e = T.Max(VectorMath.Exp(T.Load(in logits[i]) + minus), least) - least;
            sums += e;
            e.Store(ref logits[i]);
        }
        var sum = sums.Sum();
        for (var i = whole; i < logits.Length; i++) sum += logits[i] = MathF.Max(MathF.Exp(logits[i] - highest), Negligible) - Negligible;

        var scale = factor / sum;
        var scales = T.Broadcast(scale);
        for (var i = 0; i < whole; i += Sixteen.Lanes)
        {
            var gradient = T.Load(in logits[i]) * scales;
            gradient.Store(ref logits[i]);
            (gradient + T.Load(in dBias[i])).Store(ref dBias[i]);
        }
        for (var i = whole; i < logits.Length; i++) dBias[i] += logits[i] *= scale;
        logits[target] -= factor;
        dBias[target] -= factor;
        return Math.Log(sum) + highest - kept;
    }

    /// <summary>logits += bias; returns the highest.</summary>
    private static float AddBias<T>(Span<float> logits, ReadOnlySpan<float> bias, int whole)
        where T : struct, ILanes<T>
    {
        var highest = float.NegativeInfinity;
        var maxima = T.Broadcast(highest);
        for (var i = 0; i < whole; i += Sixteen.Lanes)
        {
            var logit = T.Load(in logits[i]) + T.Load(in bias[i]);
            maxima = T.Max(maxima, logit);
            logit.Store(ref logits[i]);
        }
        Span<float> lanes = stackalloc float[Sixteen.Lanes];
        maxima.Store(ref lanes[0]);
        foreach (var lane in lanes) highest = Math.Max(highest, lane);
        for (var i = whole; i < logits.Length; i++) highest = Math.Max(highest, logits[i] += bias[i]);
        return highest;
    }
}
