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

    /// <summary>y = x Phi(x), and x becomes its slope, Phi(x) + x phi(x).</summary>
    public static void Slopes(Span<float> x, Span<float> y)
    {
        if (Sixteen.Wide) Slopes<Lanes512>(x, y);
        else if (Sixteen.Middle) Slopes<Pair<Lanes256>>(x, y);
        else Slopes<Pair<Pair<Lanes128>>>(x, y);
    }

    private static void Slopes<T>(Span<float> x, Span<float> y)
        where T : struct, ILanes<T>
    {
        var i = 0;
        for (; i + Sixteen.Lanes <= x.Length; i += Sixteen.Lanes)
        {
            var (value, slope) = Both(T.Load(in x[i]));
            value.Store(ref y[i]);
            slope.Store(ref x[i]);
        }
        if (i < x.Length)
        {
            var (value, slope) = Both(Tail.Load<T>(x[i..]));
            Tail.Store(value, y[i..]);
            Tail.Store(slope, x[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T Value, T Slope) Both<T>(T x)
        where T : struct, ILanes<T>
    {
        var half = T.Broadcast(0.5f);
        var gaussian = VectorMath.Exp(x * x * T.Broadcast(-0.5f));
        var probability = T.MultiplyAdd(half, VectorMath.Erf(x * T.Broadcast(RootHalf), gaussian), half);
        return (x * probability, T.MultiplyAdd(x, gaussian * T.Broadcast(NormalDensity), probability));
    }
}
