using System.Numerics;
using System.Runtime.InteropServices;
using Recsys.Inference.Kernels;
using Recsys.Training.Backpropagation;

namespace Recsys.Training.Session;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) over the flat master weights, in SIMD code of our own: libtorch's would keep its moments in the precision of the
/// matrices, and crashes once in some hours (a scalar finalised while native code reads it).
/// </summary>
internal sealed class AdamW(SessionWeights weights, double weightDecay, double clipNorm)
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;

    /// <summary>Floats that a thread takes at a time.</summary>
    private const int PartLength = 1 << 16;

    private readonly float[] _gradients = new float[weights.Values.Length];
    private readonly float[] _mean = new float[weights.Values.Length];
    private readonly float[] _square = new float[weights.Values.Length];

    private readonly (WeightSlot Slot, int First, int Length)[] _parts = Parts(weights.Layout);

    /// <summary>Steps taken.</summary>
    public int Steps { get; private set; }

    /// <summary>Running mean of the gradients, in the order of the weights.</summary>
    public ReadOnlySpan<float> Mean => _mean;

    /// <summary>Running mean of their squares.</summary>
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
        // The bias corrections of both moments, folded into the rate and into epsilon.
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        var rate = (float)(learningRate * correction / (1 - Math.Pow(Beta1, Steps)));
        var epsilon = (float)(Epsilon * correction);
        Parallel.For(0, _parts.Length, i =>
            Update(_parts[i].First, _parts[i].Length, scale, rate, epsilon, (float)(_parts[i].Slot.Decays ? 1 - (learningRate * weightDecay) : 1)));
        return norm;
    }

    private static (WeightSlot Slot, int First, int Length)[] Parts(WeightLayout layout) =>
    [
        .. layout.Slots.SelectMany(slot => Enumerable.Range(0, (slot.Length + PartLength - 1) / PartLength)
            .Select(part => (slot, slot.Offset + (part * PartLength), Math.Min(PartLength, slot.Length - (part * PartLength))))),
    ];

    private void Update(int first, int length, float scale, float rate, float epsilon, float decay)
    {
        var w = weights.Values.AsSpan(first, length);
        var g = _gradients.AsSpan(first, length);
        var m = _mean.AsSpan(first, length);
        var v = _square.AsSpan(first, length);
        var i = 0;
        for (; i <= w.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var at = (nuint)i;
            var gradient = Vector.LoadUnsafe(ref MemoryMarshal.GetReference(g), at) * scale;
            var mean = Vector.LoadUnsafe(ref MemoryMarshal.GetReference(m), at) * Beta1 + gradient * (1 - Beta1);
            var square = Vector.LoadUnsafe(ref MemoryMarshal.GetReference(v), at) * Beta2 + gradient * gradient * (1 - Beta2);
            var weight = Vector.LoadUnsafe(ref MemoryMarshal.GetReference(w), at) * decay
                - mean * rate / (Vector.SquareRoot(square) + new Vector<float>(epsilon));
            mean.StoreUnsafe(ref MemoryMarshal.GetReference(m), at);
            square.StoreUnsafe(ref MemoryMarshal.GetReference(v), at);
            weight.StoreUnsafe(ref MemoryMarshal.GetReference(w), at);
        }
        for (; i < w.Length; i++)
        {
            var gradient = g[i] * scale;
            m[i] = m[i] * Beta1 + gradient * (1 - Beta1);
            v[i] = v[i] * Beta2 + gradient * gradient * (1 - Beta2);
            w[i] = w[i] * decay - m[i] * rate / (MathF.Sqrt(v[i]) + epsilon);
        }
    }

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
