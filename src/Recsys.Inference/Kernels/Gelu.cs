using System.Runtime.CompilerServices;

namespace Recsys.Inference.Kernels;

/// <summary>Gaussian error linear unit (Hendrycks and Gimpel 2016), the exact form with erf.</summary>
internal static class Gelu
{
    /// <summary>x = 0.5 x (1 + erf(x / sqrt 2)), in place.</summary>
    internal static void Apply(Span<float> x)
    {
        if (Sixteen.Wide) Apply<Lanes512>(x);
        else if (Sixteen.Middle) Apply<Pair<Lanes256>>(x);
        else Apply<Pair<Pair<Lanes128>>>(x);
    }

    internal static void Apply<T>(Span<float> x)
        where T : struct, ILanes<T>
    {
        var i = 0;
        for (; i + Sixteen.Lanes <= x.Length; i += Sixteen.Lanes) Of(T.Load(in x[i])).Store(ref x[i]);
        if (i < x.Length) Tail.Store(Of(Tail.Load<T>(x[i..])), x[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Of<T>(T x)
        where T : struct, ILanes<T>
    {
        var half = x * T.Broadcast(0.5f);
        return T.MultiplyAdd(half, VectorMath.Erf(x * T.Broadcast(0.70710678118654752f)), half);
    }
}
