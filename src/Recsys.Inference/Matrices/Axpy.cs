using Recsys.Inference.Kernels;

namespace Recsys.Inference.Matrices;

/// <summary>y += factor x, by lanes; one rounding a value, the same bits on every processor.</summary>
internal static class Axpy
{
    /// <param name="y">Changed.</param>
    /// <param name="x">At least as long as <paramref name="y"/>.</param>
    /// <param name="factor">What x is multiplied by.</param>
    internal static void Add(Span<float> y, ReadOnlySpan<float> x, float factor)
    {
        if (Sixteen.Wide) Add<Lanes512>(y, x, factor);
        else if (Sixteen.Middle) Add<Pair<Lanes256>>(y, x, factor);
        else Add<Pair<Pair<Lanes128>>>(y, x, factor);
    }

    internal static void Add<T>(Span<float> y, ReadOnlySpan<float> x, float factor)
        where T : struct, ILanes<T>
    {
        x = x[..y.Length];
        var lanes = T.Broadcast(factor);
        var i = 0;
        for (; i + Sixteen.Lanes <= y.Length; i += Sixteen.Lanes) T.MultiplyAdd(lanes, T.Load(in x[i]), T.Load(in y[i])).Store(ref y[i]);
        for (; i < y.Length; i++) y[i] = MathF.FusedMultiplyAdd(factor, x[i], y[i]);
    }
}
