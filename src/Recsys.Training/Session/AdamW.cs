using System.Numerics;
using System.Runtime.InteropServices;

namespace Recsys.Training.Session;

/// <summary>The update rule AdamW (Loshchilov and Hutter 2019, algorithm 2).</summary>
internal static class AdamW
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;

    /// <summary>Moves some weights.</summary>
    /// <param name="w">The weights.</param>
    /// <param name="g">Their gradients.</param>
    /// <param name="m">Running mean of the gradients.</param>
    /// <param name="v">Running mean of their squares.</param>
    /// <param name="scale">What gradients are multiplied by first.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="weightDecay">Decoupled.</param>
    /// <param name="step">From 1.</param>
    public static void Update(Span<float> w, ReadOnlySpan<float> g, Span<float> m, Span<float> v, float scale, double learningRate, double weightDecay, int step)
    {
        // The bias corrections of both moments, folded into the rate and into epsilon.
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, step));
        var rate = (float)(learningRate * correction / (1 - Math.Pow(Beta1, step)));
        var epsilon = (float)(Epsilon * correction);
        var decay = (float)(1 - (learningRate * weightDecay));
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
}
