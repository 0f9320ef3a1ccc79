using System.Runtime.CompilerServices;

namespace Recsys.Inference.Kernels;

/// <summary>Elementary functions by lane. Errors over all finite inputs: sigmoid, tanh and erf 5e-7 absolute, exp 3e-7 relative.</summary>
internal static class VectorMath
{
    /// <summary>
    /// e^x: x = n ln 2 + r with |r| at most half of ln 2 (Cody and Waite), a polynomial for e^r (Cephes <c>expf</c>), n into the exponent.
    /// Clamped to +-87.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Exp<T>(T x)
        where T : struct, ILanes<T>
    {
        x = T.Max(T.Min(x, T.Broadcast(87f)), T.Broadcast(-87f));

        // Adding 1.5 * 2^23 leaves the rounded integer in the low bits of the sum.
        var magic = T.Broadcast(12582912f);
        var shifted = T.MultiplyAdd(x, T.Broadcast(1.44269504088896341f), magic);
        var n = shifted - magic;
        var r = T.MultiplyAdd(n, T.Broadcast(-0.693359375f), x);
        r = T.MultiplyAdd(n, T.Broadcast(2.12194440e-4f), r);
        var p = T.Broadcast(1.9875691500e-4f);
        p = T.MultiplyAdd(p, r, T.Broadcast(1.3981999507e-3f));
        p = T.MultiplyAdd(p, r, T.Broadcast(8.3334519073e-3f));
        p = T.MultiplyAdd(p, r, T.Broadcast(4.1665795894e-2f));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.6666665459e-1f));
        p = T.MultiplyAdd(p, r, T.Broadcast(5.0000001201e-1f));
        p = T.MultiplyAdd(p, r * r, r + T.Broadcast(1f));
        return p * T.AddBits(shifted << 23, T.Broadcast(1f));
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sigmoid<T>(T x)
        where T : struct, ILanes<T>
    {
        var one = T.Broadcast(1f);
        return one / (one + Exp(T.Broadcast(0f) - x));
    }

    /// <summary>Hyperbolic tangent, 2 sigmoid(2x) - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Tanh<T>(T x)
        where T : struct, ILanes<T> =>
        T.MultiplyAdd(T.Broadcast(2f), Sigmoid(x + x), T.Broadcast(-1f));

    /// <summary>The error function, by Abramowitz and Stegun 7.1.26.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Erf<T>(T x)
        where T : struct, ILanes<T> =>
        Erf(x, Exp(T.Broadcast(0f) - (x * x)));

    /// <summary>The error function where e^(-x^2) is known already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Erf<T>(T x, T gaussian)
        where T : struct, ILanes<T>
    {
        var one = T.Broadcast(1f);
        var sign = x & T.BroadcastBits(int.MinValue);
        var a = x & T.BroadcastBits(int.MaxValue);
        var t = one / T.MultiplyAdd(T.Broadcast(0.3275911f), a, one);
        var p = T.Broadcast(1.061405429f);
        p = T.MultiplyAdd(p, t, T.Broadcast(-1.453152027f));
        p = T.MultiplyAdd(p, t, T.Broadcast(1.421413741f));
        p = T.MultiplyAdd(p, t, T.Broadcast(-0.284496736f));
        p = T.MultiplyAdd(p, t, T.Broadcast(0.254829592f));
        var magnitude = one - (p * t * gaussian);
        return magnitude | sign;
    }
}
