namespace Recsys.Inference.Kernels;

/// <summary>Sums and products of vectors, element by element.</summary>
internal static class Elementwise
{
    /// <summary>x += y.</summary>
    internal static void Add(Span<float> x, ReadOnlySpan<float> y)
    {
        if (Sixteen.Wide) Add<Lanes512>(x, y);
        else if (Sixteen.Middle) Add<Pair<Lanes256>>(x, y);
        else Add<Pair<Pair<Lanes128>>>(x, y);
    }

    internal static void Add<T>(Span<float> x, ReadOnlySpan<float> y)
        where T : struct, ILanes<T>
    {
        y = y[..x.Length];
        var i = 0;
        for (; i + Sixteen.Lanes <= x.Length; i += Sixteen.Lanes) (T.Load(in x[i]) + T.Load(in y[i])).Store(ref x[i]);
        for (; i < x.Length; i++) x[i] += y[i];
    }

    /// <summary>x *= y.</summary>
    internal static void Multiply(Span<float> x, ReadOnlySpan<float> y)
    {
        if (Sixteen.Wide) Multiply<Lanes512>(x, y);
        else if (Sixteen.Middle) Multiply<Pair<Lanes256>>(x, y);
        else Multiply<Pair<Pair<Lanes128>>>(x, y);
    }

    internal static void Multiply<T>(Span<float> x, ReadOnlySpan<float> y)
        where T : struct, ILanes<T>
    {
        y = y[..x.Length];
        var i = 0;
        for (; i + Sixteen.Lanes <= x.Length; i += Sixteen.Lanes) (T.Load(in x[i]) * T.Load(in y[i])).Store(ref x[i]);
        for (; i < x.Length; i++) x[i] *= y[i];
    }
}
