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
        direction.Resize(rows);
        for (var first = 0; first < w.Length; first += rows * columns)
        {
            // Nesterov's momentum.
            var to = direction.Span;
            for (var i = 0; i < to.Length; i++)
            {
                var gradient = g[first + i] * scale;
                m[first + i] = (Momentum * m[first + i]) + gradient;
                to[i] = (Momentum * m[first + i]) + gradient;
            }
            using var scope = NewDisposeScope();
            var step = MemoryMarshal.Cast<byte, float>(Orthogonal(direction, bfloat16).bytes);
            for (var i = 0; i < step.Length; i++)
                w[first + i] = (decay * w[first + i]) - (rate * step[i]);
        }
    }

    /// <summary>
    /// About the orthogonal matrix next to x, (R, C), in the present dispose scope: the Newton-Schulz iteration with Jordan's coefficients, which takes singular values quickly to between
    /// 0.7 and 1.2. Factors go in as arguments of products: libtorch's scalar objects are finalised while native code reads them, once in some hours.
    /// </summary>
    /// <param name="x">Is divided by its norm.</param>
    /// <param name="bfloat16">Whether products are in bfloat16, for which the coefficients were chosen.</param>
    internal static Tensor Orthogonal(Matrix x, bool bfloat16)
    {
        var inverse = (float)(1 / (Math.Sqrt(Dot.Of(x.Span, x.Span)) + 1e-7));
        foreach (ref var value in x.Span)
            value *= inverse;
        var tall = x.Rows > x.Columns;
        var start = bfloat16 ? x.Tensor().to_type(ScalarType.BFloat16) : x.Tensor();
        var now = tall ? start.t() : start;
        for (var i = 0; i < Iterations; i++)
        {
            var square = now.mm(now.t());
            var polynomial = square.clone().addmm_(square, square, -4.7750f, 2.0315f);
            now = now.clone().addmm_(polynomial, now, 3.4445f, 1);
        }
        return (tall ? now.t() : now).to_type(ScalarType.Float32).contiguous();
    }
}
