using System.Numerics;
using System.Runtime.InteropServices;
using Recsys.Inference.Kernels;
using Recsys.Training.Backpropagation;
using Recsys.Training.Runtime;
using static TorchSharp.torch;

namespace Recsys.Training.Session;

/// <summary>
/// The update rule Muon (Jordan et al. 2024): a matrix moves along its gradients' momentum with all singular values made about one, so that rare directions move as far as frequent ones.
/// Scaled to the size of AdamW's steps (Liu et al. 2025, "Muon is scalable for LLM training", section 2.2), so that one learning rate and weight decay serve both.
/// </summary>
internal static class Muon
{
    private const float Momentum = 0.95f;
    private const int Iterations = 5;

    /// <summary>Moves a block's matrix.</summary>
    /// <param name="slot">Which one. An LSTM's matrices are four, one a gate, on top of each other.</param>
    /// <param name="w">Its weights, row-major.</param>
    /// <param name="g">Their gradients.</param>
    /// <param name="m">Their momentum.</param>
    /// <param name="scale">What gradients are multiplied by first.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="weightDecay">Decoupled.</param>
    /// <param name="bfloat16">Whether products are in bfloat16.</param>
    public static void Update(WeightSlot slot, Span<float> w, ReadOnlySpan<float> g, Span<float> m, float scale, double learningRate, double weightDecay, bool bfloat16)
    {
        LibTorch.UseOneThread();
        using var noGrad = no_grad();
        var gates = slot.Name.Contains(".lstm.", StringComparison.Ordinal) ? 4 : 1;
        var (rows, columns) = (slot.Shape[0] / gates, slot.Shape[1]);
        var decay = (float)(1 - (learningRate * weightDecay));
        var rate = (float)(learningRate * 0.2 * Math.Sqrt(Math.Max(rows, columns)));
        using var direction = new Matrix(columns);
        direction.Resize(gates * rows);
        Accelerate(m, g, scale, direction.Span);
        using var scope = NewDisposeScope();
        using var step = Orthogonal(direction, gates, bfloat16);
        Move(w, MemoryMarshal.Cast<byte, float>(step.bytes), decay, rate);
    }

    /// <summary>
    /// About the orthogonal matrices next to some, (N, R, C), in the present dispose scope: the Newton-Schulz iteration with Jordan's coefficients, which takes singular values quickly to
    /// between 0.7 and 1.2. Factors go in as arguments of products: libtorch's scalar objects are finalised while native code reads them, once in some hours.
    /// </summary>
    /// <param name="x">(N R, C), N matrices on top of each other; each is divided by its norm.</param>
    /// <param name="count">N.</param>
    /// <param name="bfloat16">Whether products are in bfloat16, for which the coefficients were chosen.</param>
    private static Tensor Orthogonal(Matrix x, int count, bool bfloat16)
    {
        var rows = x.Rows / count;
        for (var first = 0; first < x.Rows; first += rows)
        {
            var one = x.Slice(first, rows);
            var inverse = (float)(1 / (Math.Sqrt(Dot.Of(one, one)) + 1e-7));
            foreach (ref var value in one)
                value *= inverse;
        }
        var tall = rows > x.Columns;
        var start = x.Tensor().view(count, rows, x.Columns);
        if (bfloat16)
            start = start.to_type(ScalarType.BFloat16);
        var now = tall ? start.transpose(1, 2) : start;
        for (var i = 0; i < Iterations; i++)
        {
            var square = now.bmm(now.transpose(1, 2));
            var polynomial = baddbmm(square, square, square, -4.7750f, 2.0315f);
            // TorchSharp takes the addend last.
            now = baddbmm(polynomial, now, now, 3.4445f, 1);
        }
        return (tall ? now.transpose(1, 2) : now).to_type(ScalarType.Float32).contiguous();
    }

    /// <summary>m = momentum m + g; direction = momentum m + g: Nesterov's momentum.</summary>
    private static void Accelerate(Span<float> m, ReadOnlySpan<float> g, float scale, Span<float> direction)
    {
        var i = 0;
        for (; i <= m.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var gradient = Vector.LoadUnsafe(ref MemoryMarshal.GetReference(g), (nuint)i) * scale;
            var mean = (Vector.LoadUnsafe(ref MemoryMarshal.GetReference(m), (nuint)i) * Momentum) + gradient;
            mean.StoreUnsafe(ref MemoryMarshal.GetReference(m), (nuint)i);
            ((mean * Momentum) + gradient).StoreUnsafe(ref MemoryMarshal.GetReference(direction), (nuint)i);
        }
        for (; i < m.Length; i++)
        {
            m[i] = (Momentum * m[i]) + (g[i] * scale);
            direction[i] = (Momentum * m[i]) + (g[i] * scale);
        }
    }

    /// <summary>w = decay w - rate step.</summary>
    private static void Move(Span<float> w, ReadOnlySpan<float> step, float decay, float rate)
    {
        var i = 0;
        for (; i <= w.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            ref var to = ref MemoryMarshal.GetReference(w);
            var moved = (Vector.LoadUnsafe(ref to, (nuint)i) * decay) - (Vector.LoadUnsafe(ref MemoryMarshal.GetReference(step), (nuint)i) * rate);
            moved.StoreUnsafe(ref to, (nuint)i);
        }
        for (; i < w.Length; i++)
            w[i] = (decay * w[i]) - (rate * step[i]);
    }
}
