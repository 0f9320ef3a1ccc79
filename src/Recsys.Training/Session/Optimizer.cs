using System.Numerics;
using System.Runtime.InteropServices;
using Recsys.Inference.Kernels;
using Recsys.Training.Backpropagation;

namespace Recsys.Training.Session;

/// <summary>
/// Sums the lanes' gradients, clips them by their common norm and moves the flat master weights: blocks' matrices by <see cref="Muon"/> where that is wanted, everything else by
/// <see cref="AdamW"/>. In code of our own: libtorch's optimiser would keep its moments in the precision of the matrices, and crashes once in some hours (a scalar finalised while native code
/// reads it).
/// </summary>
/// <param name="weights">Are moved.</param>
/// <param name="weightDecay">Decoupled, of matrices and embeddings.</param>
/// <param name="clipNorm">Gradients of a greater norm are scaled down to it.</param>
/// <param name="muon">Whether blocks' matrices are moved by Muon.</param>
/// <param name="bfloat16">Whether its products are in bfloat16.</param>
internal sealed class Optimizer(SessionWeights weights, double weightDecay, double clipNorm, bool muon, bool bfloat16 = false)
{
    /// <summary>Floats that a thread takes at a time.</summary>
    private const int PartLength = 1 << 16;

    private readonly float[] _gradients = new float[weights.Values.Length];
    private readonly float[] _mean = new float[weights.Values.Length];
    private readonly float[] _square = new float[weights.Values.Length];

    private readonly (WeightSlot Slot, int First, int Length)[] _parts = Parts(weights.Layout);
    private readonly WeightSlot[] _matrices = muon ? [.. weights.Layout.Slots.Where(slot => slot.IsBlockMatrix)] : [];

    /// <summary>Steps taken.</summary>
    public int Steps { get; private set; }

    /// <summary>Running mean of the gradients, in the order of the weights.</summary>
    public ReadOnlySpan<float> Mean => _mean;

    /// <summary>Running mean of their squares, where AdamW moves the weights.</summary>
    public ReadOnlySpan<float> Square => _square;

    /// <summary>Goes on from where another left off.</summary>
    public void Restore(int steps, ReadOnlySpan<float> mean, ReadOnlySpan<float> square)
    {
        Steps = steps;
        mean.CopyTo(_mean);
        square.CopyTo(_square);
    }

    /// <summary>Applies the sum of the lanes' gradients and clears them.</summary>
    /// <returns>The norm of all gradients before clipping; not finite means that nothing was changed.</returns>
    public double Step(IReadOnlyList<LaneGradients> lanes, double learningRate)
    {
        var squares = new double[_parts.Length];
        Parallel.For(0, _parts.Length, i =>
        {
            var (_, first, length) = _parts[i];
            var gradients = _gradients.AsSpan(first, length);
            lanes[0].Values.Slice(first, length).CopyTo(gradients);
            lanes[0].Values.Slice(first, length).Clear();
            for (var lane = 1; lane < lanes.Count; lane++)
            {
                Elementwise.Add(gradients, lanes[lane].Values.Slice(first, length));
                lanes[lane].Values.Slice(first, length).Clear();
            }
            squares[i] = SumOfSquares(gradients);
        });
        // In a fixed order, whichever thread was quicker.
        var norm = Math.Sqrt(squares.Sum());
        if (!double.IsFinite(norm))
            return norm;
        var scale = (float)(norm > clipNorm ? clipNorm / norm : 1);

        Steps++;
        // The slow ones first: matrices take much longer than parts.
        Parallel.For(0, _matrices.Length + _parts.Length, i =>
        {
            if (i < _matrices.Length)
            {
                var slot = _matrices[i];
                Muon.Update(slot, weights[slot], Of(_gradients, slot), Of(_mean, slot), scale, learningRate, weightDecay, bfloat16);
                return;
            }
            var (of, first, length) = _parts[i - _matrices.Length];
            if (muon && of.IsBlockMatrix)
                return;
            AdamW.Update(
                weights.Values.AsSpan(first, length), _gradients.AsSpan(first, length), _mean.AsSpan(first, length), _square.AsSpan(first, length),
                scale, learningRate, of.Decays ? weightDecay : 0, Steps);
        });
        return norm;
    }

    private static Span<float> Of(float[] values, WeightSlot slot) => values.AsSpan(slot.Offset, slot.Length);

    private static (WeightSlot Slot, int First, int Length)[] Parts(WeightLayout layout) =>
    [
        .. layout.Slots.SelectMany(slot => Enumerable.Range(0, (slot.Length + PartLength - 1) / PartLength)
            .Select(part => (slot, slot.Offset + (part * PartLength), Math.Min(PartLength, slot.Length - (part * PartLength))))),
    ];

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        // Partial sums of a cache line's worth of lanes, added up in double now and then: exact enough for any size, and in a fixed order.
        const int Block = 4096;
        double sum = 0;
        for (var first = 0; first < values.Length; first += Block)
        {
            var block = values.Slice(first, Math.Min(Block, values.Length - first));
            var lanes = Vector<float>.Zero;
            var i = 0;
            for (; i <= block.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var x = Vector.LoadUnsafe(ref MemoryMarshal.GetReference(block), (nuint)i);
                lanes += x * x;
            }
            float rest = Vector.Sum(lanes);
            for (; i < block.Length; i++)
                rest += block[i] * block[i];
            sum += rest;
        }
        return sum;
    }
}
