using System.Runtime.CompilerServices;
using Recsys.Inference.Kernels;

namespace Recsys.Training.Backpropagation;

/// <summary>The Gaussian error linear unit and its gradient (Hendrycks and Gimpel 2016, the exact form).</summary>
internal static class GeluKernel
{
    private const float RootHalf = 0.70710678118654752f;
    private const float NormalDensity = 0.3989422804014327f;

    /// <summary>y = x Phi(x).</summary>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y)
    {
        x.CopyTo(y);
        Gelu.Apply(y[..x.Length]);
    }

    /// <summary>d *= Phi(x) + x phi(x).</summary>
    public static void Backward(ReadOnlySpan<float> x, Span<float> d)
    {
        if (Sixteen.Wide) Backward<Lanes512>(x, d);
        else if (Sixteen.Middle) Backward<Pair<Lanes256>>(x, d);
        else Backward<Pair<Pair<Lanes128>>>(x, d);
    }

    private static void Backward<T>(ReadOnlySpan<float> x, Span<float> d)
        where T : struct, ILanes<T>
    {
        var i = 0;
        for (; i + Sixteen.Lanes <= x.Length; i += Sixteen.Lanes) (Slope(T.Load(in x[i])) * T.Load(in d[i])).Store(ref d[i]);
        if (i < x.Length) Tail.Store(Slope(Tail.Load<T>(x[i..])) * Tail.Load<T>(d[i..]), d[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Slope<T>(T x)
        where T : struct, ILanes<T>
    {
        var half = T.Broadcast(0.5f);
        var gaussian = VectorMath.Exp(x * x * T.Broadcast(-0.5f));
        var probability = T.MultiplyAdd(half, VectorMath.Erf(x * T.Broadcast(RootHalf), gaussian), half);
        return T.MultiplyAdd(x, gaussian * T.Broadcast(NormalDensity), probability);
    }
}
